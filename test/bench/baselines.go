package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/bench/bare"
)

// startBare starts the bare handler as a process of its own.
func (b *bench) startBare(ctx context.Context, config bare.Config) (*devenv.Program, error) {
	content, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("encode the bare handler's configuration: %w", err)
	}
	file := filepath.Join(b.Dir, "bare.json")
	if err := devenv.WriteFile(file, content, 0o600); err != nil {
		return nil, err
	}
	return b.startBaseline(ctx, "bare/serve", "--config", file)
}

// startController starts the bare controller as a process of its own.
func (b *bench) startController(ctx context.Context) (*devenv.Program, error) {
	return b.startBaseline(ctx, "controller", "--kubeconfig", b.Kube.Kubeconfig)
}

// startBaseline builds and starts a program below this directory. They are programs
// of their own because what is linked into a program costs memory.
func (b *bench) startBaseline(ctx context.Context, dir string, args ...string) (*devenv.Program, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	name := strings.ReplaceAll(dir, "/", "-")
	binary := filepath.Join(b.Dir, name)
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, "./test/bench/"+dir)
	build.Dir = root
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", dir, err, output)
	}
	port, err := devenv.FreePort()
	if err != nil {
		return nil, err
	}
	address := devenv.Loopback(port)
	return devenv.StartProgram(ctx, devenv.ProgramOptions{
		Name: name, Binary: binary, Args: append([]string{"--listen", address}, args...), LogFile: filepath.Join(b.Dir, name+".log"),
		URL: "http://" + address, MetricsURL: "http://" + address,
	})
}

// addressOf returns the host and port that a program serves at.
func addressOf(p *devenv.Program) string { return strings.TrimPrefix(p.Options().URL, "http://") }
