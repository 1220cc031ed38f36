package images

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// authorities is where Debian and others keep public authorities' certificates.
const authorities = "/etc/ssl/certs/ca-certificates.crt"

// Release says which image of Grantor to build.
type Release struct {
	// Name of the image, with registry and tag.
	Name string
	// Version and Revision are labels.
	Version, Revision string
	// Platform, as linux/arm64, if it is not this machine's.
	Platform string
}

// Grantor builds the image with the repository's Dockerfile. The place of its
// builder image, which a registry would have, is taken by this machine's Go and
// what that has downloaded and compiled before.
func Grantor(ctx context.Context, root string, r Release) (string, error) {
	work := filepath.Join(root, ".local", "images")
	toolchain, err := toolchain(ctx, root)
	if err != nil {
		return "", err
	}
	// Who builds for another platform makes another builder.
	unlock, err := lock(ctx, work, "builder")
	if err != nil {
		return "", err
	}
	defer unlock()
	platform := cmp.Or(r.Platform, "linux/"+runtime.GOARCH)
	if err := makeBuilder(ctx, work, platform); err != nil {
		return "", err
	}
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		return "", fmt.Errorf("read Dockerfile: %w", err)
	}
	arguments := []string{
		"--build-arg", "BUILDER=" + builder, "--build-arg", "VERSION=" + r.Version, "--build-arg", "REVISION=" + r.Revision,
		"--platform", platform,
		"--pull=false", "--network=host", "--ignorefile", filepath.Join(root, ".dockerignore"),
		"--volume", toolchain.Root + ":/usr/local/go:ro", "--volume", toolchain.Modules + ":/go/pkg/mod", "--volume", toolchain.Cache + ":/cache",
	}
	return Build(ctx, Order{Name: r.Name, Context: root, Dockerfile: string(dockerfile), Arguments: arguments, Work: work})
}

const builder = "localhost/grantor-builder:1"

const builderFile = `FROM scratch
COPY ca-certificates.crt ` + authorities + `
COPY busybox /bin/sh
COPY tmp /tmp
ENV PATH=/usr/local/go/bin:/bin HOME=/root GOPATH=/go GOCACHE=/cache GOTOOLCHAIN=local GOPROXY=off
`

// makeBuilder makes an image with certificates, a shell and settings. It says that
// it is for the platform of the image to be built: older versions of buildah look
// for no other builder, whatever the Dockerfile says.
func makeBuilder(ctx context.Context, work, platform string) error {
	folder := filepath.Join(work, "builder")
	if err := os.MkdirAll(filepath.Join(folder, "tmp"), 0o777); err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	shell, err := exec.LookPath("busybox")
	if err != nil {
		return fmt.Errorf("find a shell: %w", err)
	}
	for from, to := range map[string]string{authorities: "ca-certificates.crt", shell: "busybox"} {
		content, err := os.ReadFile(from)
		if err != nil {
			return fmt.Errorf("read what the builder needs: %w", err)
		}
		if err := os.WriteFile(filepath.Join(folder, to), content, 0o755); err != nil {
			return fmt.Errorf("write the builder: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(builderFile), 0o644); err != nil {
		return fmt.Errorf("write the builder: %w", err)
	}
	return Buildah(ctx, work, "build", "--isolation", "chroot", "--layers=false", "--platform", platform, "--tag", builder, folder)
}

// goPlaces are directories of this machine's Go.
type goPlaces struct {
	Root    string `json:"GOROOT"`
	Modules string `json:"GOMODCACHE"`
	Cache   string `json:"GOCACHE"`
}

// toolchain finds Go, and downloads the modules: the build itself downloads nothing.
func toolchain(ctx context.Context, root string) (goPlaces, error) {
	var places goPlaces
	for _, arguments := range []string{"mod download", "env -json GOROOT GOMODCACHE GOCACHE"} {
		command := exec.CommandContext(ctx, "go", strings.Fields(arguments)...)
		command.Dir, command.Stderr = root, os.Stderr
		output, err := command.Output()
		if err != nil {
			return places, fmt.Errorf("go %s: %w", arguments, err)
		}
		if len(output) == 0 {
			continue
		}
		if err := json.Unmarshal(output, &places); err != nil {
			return places, fmt.Errorf("find Go: %w", err)
		}
	}
	return places, nil
}
