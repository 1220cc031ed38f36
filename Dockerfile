# The image of both programs: `grantor operator` and `grantor server`.
#
#   docker build --build-arg VERSION=v0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" -t grantor .
#
# BUILDER is any image with Go, a shell and the certificates of public authorities.
# All that is fetched are Go modules.

ARG BUILDER=golang:1.26
# The builder runs on the platform that builds, and compiles for the one that runs.
FROM --platform=$BUILDPLATFORM $BUILDER AS builder
WORKDIR /src
ENV CGO_ENABLED=0 GOFLAGS="-mod=readonly -buildvcs=false" GOWORK=off

# Modules change rarely: a layer of their own keeps them when only code changes.
COPY go.mod go.sum ./
COPY api/go.mod api/
COPY internal/oryx/go.mod internal/oryx/
RUN go mod download

COPY . .
RUN go build -trimpath -o /sbom ./hack/sbom
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
ARG REVISION=unknown
RUN GOOS="$TARGETOS" GOARCH="$TARGETARCH" go build -trimpath -ldflags="-s -w -X main.version=$VERSION -X main.revision=$REVISION" -o /grantor ./cmd/grantor
RUN /sbom -version="$VERSION" -revision="$REVISION" /grantor /sbom.spdx.json

FROM scratch

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="grantor" \
      org.opencontainers.image.description="OAuth clients as Kubernetes resources, with the authorization server that accepts them" \
      org.opencontainers.image.source="https://github.com/grantor-dev/grantor" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# Where Go looks first: for calls to identity providers and clients' JWKS.
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# What the program is made of, for scanners.
COPY --from=builder /sbom.spdx.json /usr/share/doc/grantor/sbom.spdx.json
COPY --from=builder /grantor /grantor

# A number, so that the kubelet can tell that it is not root. Nothing is ever
# written to the file system: it may be mounted read-only.
USER 65532:65532
ENTRYPOINT ["/grantor"]
