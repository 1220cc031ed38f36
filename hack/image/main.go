package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/grantor-dev/grantor/hack/debian"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/hack/images"
)

func main() {
	var r images.Release
	flag.StringVar(&r.Name, "name", "grantor:dev", "name of the image")
	flag.StringVar(&r.Version, "version", "dev", "version, for the labels")
	flag.StringVar(&r.Platform, "platform", "", "for example linux/arm64; default: this machine's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, r); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, r images.Release) error {
	root, err := devenv.RepoRoot()
	if err != nil {
		return err
	}
	if err := debian.Ensure(ctx, images.Need); err != nil {
		return err
	}
	if r.Revision, err = revision(ctx, root); err != nil {
		return err
	}
	archive, err := images.Grantor(ctx, root, r)
	if err != nil {
		return err
	}
	dist := filepath.Join(root, "dist")
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	target := filepath.Join(dist, "image.tar")
	if err := os.Rename(archive, target); err != nil {
		return err
	}
	content, err := images.File(target, "usr/share/doc/grantor/sbom.spdx.json")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "sbom.spdx.json"), content, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "image %s: dist/image.tar, dist/sbom.spdx.json\n", r.Name)
	return nil
}

func revision(ctx context.Context, root string) (string, error) {
	command := exec.CommandContext(ctx, "git", "rev-parse", "HEAD")
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("find the commit: %w", err)
	}
	return strings.TrimSpace(string(output)), nil
}
