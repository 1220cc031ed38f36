//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/hack/localnode/inside"
)

const stepBound = 2 * time.Minute

// cluster is the running node.
type cluster struct {
	root                  string
	kubectlPath, helmPath string
	*machine
	// image is the archive of Grantor's image.
	image string
}

// start builds all that is needed and starts the node.
func start(ctx context.Context) (*cluster, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	c := &cluster{root: root}
	if c.kubectlPath, err = devenv.LocalkubeBinary(ctx, root); err != nil {
		return nil, err
	}
	c.helmPath = filepath.Join(root, ".local", "bin", "helm")
	if err := c.run(ctx, "hack/tools/build", "helm", c.helmPath); err != nil {
		return nil, err
	}
	if c.machine, err = startMachine(ctx, root, filepath.Join(root, ".local", "node")); err != nil {
		return nil, err
	}
	if err := c.load(ctx); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// inNode runs a command of the container runtime's client.
func (c *cluster) inNode(ctx context.Context, arguments ...string) error {
	socket := fmt.Sprintf("/proc/%d/root%s", c.about.PID, inside.Containerd)
	return c.run(ctx, "ctr", append([]string{"--address", socket, "--namespace", "k8s.io"}, arguments...)...)
}

// importImage gives the archive of an image to the container runtime.
func (c *cluster) importImage(ctx context.Context, archive string) error {
	return c.inNode(ctx, "images", "import", archive)
}

func (c *cluster) run(ctx context.Context, name string, arguments ...string) error {
	return runIn(ctx, c.root, name, arguments...)
}

func runIn(ctx context.Context, dir, name string, arguments ...string) error {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Env = dir, append(command.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, output)
	}
	return nil
}

// tryKubectl runs kubectl as an administrator, in the root of the repository.
func (c *cluster) tryKubectl(ctx context.Context, arguments ...string) (string, error) {
	return c.feedKubectl(ctx, "", arguments...)
}

func (c *cluster) tryApplyText(ctx context.Context, manifest string) (string, error) {
	return c.feedKubectl(ctx, manifest, "apply", "-f", "-")
}

func (c *cluster) applyText(t testing.TB, manifest string) {
	t.Helper()
	if _, err := c.tryApplyText(t.Context(), manifest); err != nil {
		t.Fatal(err)
	}
}

// helm runs helm in the root of the repository.
func (c *cluster) helm(t testing.TB, arguments ...string) string {
	t.Helper()
	output, err := c.feed(t.Context(), "", append([]string{c.helmPath}, arguments...)...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

func (c *cluster) feedKubectl(ctx context.Context, input string, arguments ...string) (string, error) {
	return c.feed(ctx, input, append([]string{c.kubectlPath, "kubectl"}, arguments...)...)
}

// feed runs a client of the cluster.
func (c *cluster) feed(ctx context.Context, input string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, arguments[0], append(arguments[1:], "--kubeconfig", filepath.Join(c.dir, "kubeconfig"))...)
	command.Dir = c.root
	var output, complaints bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &output, &complaints
	if err := command.Run(); err != nil {
		return output.String(), fmt.Errorf("%s: %w: %s", strings.Join(arguments, " "), err, complaints.String())
	}
	return output.String(), nil
}

func (c *cluster) kubectl(t testing.TB, arguments ...string) string {
	t.Helper()
	output, err := c.tryKubectl(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// fatal is an error that waiting does not cure.
type fatal struct{ error }

// await polls until done returns nil.
func await(ctx context.Context, what string, bound time.Duration, done func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := done(ctx)
		if err == nil {
			return nil
		}
		if _, hopeless := errors.AsType[fatal](err); hopeless {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w: %w", what, ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

func eventually(t testing.TB, what string, done func(context.Context) error) {
	t.Helper()
	if err := await(t.Context(), what, stepBound, done); err != nil {
		t.Fatal(err)
	}
}
