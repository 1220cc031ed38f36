package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/grantor-dev/grantor/hack/debian"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/hack/images"
	"github.com/grantor-dev/grantor/hack/localnode/outside"
)

// need is what a node takes from Debian.
var need = debian.Need{
	What: "what a node needs",
	Packages: []string{
		"containerd", "runc", "containernetworking-plugins", "nftables", "iptables", "conntrack", "socat",
		"iproute2", "ethtool", "ipset",
	},
	Programs: []string{"containerd", "ctr", "runc", "nft", "iptables", "conntrack", "socat", "ip", "ethtool", "ipset"},
	Files:    []string{"/usr/lib/cni/ptp", "/usr/lib/cni/host-local"},
}

// prepare fetches and builds what is missing.
func prepare(ctx context.Context, dir string) (outside.Options, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return outside.Options{}, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return outside.Options{}, fmt.Errorf("find the directory: %w", err)
	}
	for _, one := range []debian.Need{need, images.Need} {
		if err := debian.Ensure(ctx, one); err != nil {
			return outside.Options{}, err
		}
	}
	options := outside.Options{Dir: dir}
	if options.Localkube, err = devenv.LocalkubeBinary(ctx, root); err != nil {
		return outside.Options{}, err
	}
	if options.Programs, err = devenv.NodeBinary(ctx, root); err != nil {
		return outside.Options{}, err
	}
	options.Pause, err = pause(ctx, root)
	return options, err
}

// pause builds the image that holds Pods.
func pause(ctx context.Context, root string) (string, error) {
	work := filepath.Join(root, ".local", "images")
	folder := filepath.Join(work, "pause")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("make a directory: %w", err)
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", folder, "./hack/localnode/pause")
	build.Dir, build.Env = root, append(build.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build pause: %w\n%s", err, output)
	}
	return images.Build(ctx, images.Order{
		Name: "localhost/pause:1", Context: folder, Work: work,
		Dockerfile: "FROM scratch\nCOPY pause /pause\nUSER 65535:65535\nENTRYPOINT [\"/pause\"]\n",
	})
}
