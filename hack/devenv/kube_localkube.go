package devenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	// localkubeBuildBound allows for a slow machine and slow downloads: a cold
	// build compiles all of Kubernetes.
	localkubeBuildBound = 60 * time.Minute
	// localkubeBound is forty times what a start takes on two idle cores; a
	// machine that runs all test packages at once needs some of it.
	localkubeBound = 2 * time.Minute
	localkubeGrace = 15 * time.Second
)

// LocalkubeBinary builds localkube where that is necessary and returns its
// path.
func LocalkubeBinary(ctx context.Context, repoRoot string) (string, error) {
	binary := filepath.Join(repoRoot, ".local", "bin", "localkube")
	return binary, buildLocalkube(ctx, repoRoot, binary, ".")
}

// buildLocalkube builds a package of localkube's module. The builder's progress
// goes to standard error.
func buildLocalkube(ctx context.Context, repoRoot, binary, program string) error {
	ctx, cancel := context.WithTimeout(ctx, localkubeBuildBound)
	defer cancel()
	build := exec.CommandContext(ctx, filepath.Join(repoRoot, "hack", "localkube", "build"), binary, program)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	build.Cancel = func() error { return build.Process.Signal(syscall.SIGTERM) }
	build.WaitDelay = killBound
	if err := build.Run(); err != nil {
		return fmt.Errorf("build %s: %w", filepath.Base(binary), errors.Join(err, ctx.Err()))
	}
	return nil
}

// LocalkubeArgs returns the arguments that serve a cluster as o says.
func LocalkubeArgs(o KubeOptions) []string {
	args := []string{"serve", "--dir", o.state(), "--kubeconfig", o.adminKubeconfig()}
	if o.Ephemeral {
		args = append(args, "--ephemeral")
	}
	if o.Store != "" {
		args = append(args, "--store", o.Store)
	}
	if o.Port != 0 {
		args = append(args, "--port", strconv.Itoa(o.Port))
	}
	if o.AuthenticationConfig != "" {
		args = append(args, "--authentication-config", o.AuthenticationConfig)
	}
	return args
}

func startLocalkube(ctx context.Context, o KubeOptions) (*Kube, error) {
	binary, err := LocalkubeBinary(ctx, o.RepoRoot)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the cluster's directory: %w", err)
	}
	// Its presence will mean that the cluster is ready.
	if err := os.RemoveAll(o.adminKubeconfig()); err != nil {
		return nil, fmt.Errorf("remove the old kubeconfig: %w", err)
	}
	// On SIGTERM an orphaned localkube still deletes its state.
	p, err := startProcess(exec.Command(binary, LocalkubeArgs(o)...), o.LogFile, syscall.SIGTERM)
	if err != nil {
		return nil, err
	}
	kube := &Kube{
		Kubeconfig: o.adminKubeconfig(),
		Source:     "localkube",
		LogFile:    o.LogFile,
		stop:       func() error { return p.stop(context.Background(), localkubeGrace) },
	}
	if kube.Config, err = awaitKube(ctx, o.adminKubeconfig(), p.ended); err != nil {
		return nil, errors.Join(SeeLog(fmt.Errorf("start localkube: %w", err), o.LogFile), kube.stop())
	}
	return kube, nil
}
