# Run `make help` for the list of targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# A user's GOFLAGS or workspace must not change what is built. GOFLAGS cannot
# simply be empty: the go command would fall back to `go env -w` settings.
export GOFLAGS := -mod=readonly -buildvcs=false -trimpath
export GOWORK := off
# One setting for all builds, so that they share a cache; only the race detector
# needs C.
export CGO_ENABLED := 0

# Server replicas and https, for `make up` and `make demo`. A demo without them
# takes a running environment as it is.
SERVERS ?=
TLS ?=
# More flags for go test, for example TESTFLAGS='-run TestRefresh -v'.
TESTFLAGS ?=

# An existing cluster is used only when it is named in this very command. That
# the environment names one says nothing about it being meant for experiments.
unexport KUBECONFIG
ifeq ($(origin KUBECONFIG),command line)
  cluster := --kubeconfig='$(KUBECONFIG)'
endif
dev := hack/announce ./hack/dev && go run ./hack/dev

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Show the main job on an embedded cluster, from nothing (SERVERS=n, TLS=1, KUBECONFIG=file)
	@$(dev) demo $(if $(SERVERS),--servers=$(SERVERS)) $(if $(TLS),--tls=$(TLS)) $(cluster)

.PHONY: up
up: ## Start that environment in the background (SERVERS=n, TLS=1, KUBECONFIG=file)
	@$(dev) up --servers=$(or $(SERVERS),1) --tls=$(or $(TLS),0) $(cluster)

.PHONY: down
down: ## Stop what `make up` started
	@$(dev) down

.PHONY: reset
reset: ## Stop it and delete its state
	@$(dev) reset

# Hundreds of short processes: memory for a collector that runs less often saves a fifth
# of their time.
test: export GOGC := 400

.PHONY: test
test: ## Run every test, with the race detector (TESTFLAGS, KUBECONFIG=file)
	@hack/ensure-cc
	@hack/tools/build helm .local/bin/helm
	@hack/tools/build helm3 .local/bin/helm3
	@$(dev) test $(cluster) -- hack/test $(TESTFLAGS)

.PHONY: e2e
e2e: ## Build the image, install it on a node of its own and use it (Linux, root)
	@hack/announce -test -tags e2e ./test/e2e/...
	@go test -tags e2e -count=1 -timeout 90m -v $(TESTFLAGS) ./test/e2e

.PHONY: faults
faults: ## Race, kill and break whole clusters for an hour (RACES=n, KILLS=n, SEED=n)
	@hack/announce -test -tags faults ./test/clocks ./test/outages ./test/oauthtokens
	@go test -count=1 -timeout 90m -v -run 'TestRandomRaces|TestD16KillsBetweenWrites' ./test/clocks \
		-races=$(or $(RACES),10000) -kills=$(or $(KILLS),1000) $(if $(SEED),-seed=$(SEED))
	@go test -tags faults -count=1 -timeout 90m -v ./test/outages
	@go test -tags faults -count=1 -timeout 90m -v -run TestKills ./test/oauthtokens -kills=$(or $(KILLS),200) $(if $(SEED),-seed=$(SEED))

.PHONY: node
node: ## Run a cluster of one node in the foreground (Linux, root)
	@go build -o .local/bin/localnode ./hack/localnode && exec .local/bin/localnode

.PHONY: bench
bench: ## Measure against the baselines, in one run
	@hack/announce ./test/bench && go run ./test/bench

.PHONY: abuse
abuse: ## Do what tenants and unauthenticated callers can do, and measure its cost for others
	@hack/announce -test ./test/abuse && go test -count=1 -timeout 20m -v ./test/abuse -full

.PHONY: build
build: ## Build bin/grantor and bin/kubectl-oauth
	go build -trimpath -buildvcs=auto -o bin/ ./cmd/grantor ./cmd/kubectl-oauth
	cp hack/krew/kubectl_complete-oauth bin/

.PHONY: image
image: ## Write dist/image.tar and its list of modules with buildah (IMAGE=name, VERSION=v, Linux, root)
	@go run ./hack/image -name='$(or $(IMAGE),grantor:dev)' -version='$(or $(VERSION),dev)'

.PHONY: manifests
manifests: ## Write dist/install.yaml: kinds, roles and the operator (IMAGE=name)
	@go run ./hack/manifests -image='$(or $(IMAGE),grantor)' config/default dist/install.yaml

.PHONY: generate
generate: ## Regenerate deep copies, CRDs, RBAC, the API reference and the chart's share of them
	@hack/generate

.PHONY: lint
lint: ## Run the linters and check the import rules
	@hack/lint

.PHONY: verify
verify: ## Regenerate and fail on a dirty tree; check modules, format, texts and links
	@hack/verify
