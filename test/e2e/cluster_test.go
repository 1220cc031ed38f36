//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/hack/localnode/inside"
	"github.com/grantor-dev/grantor/hack/localnode/outside"
)

const (
	nodeBound = 5 * time.Minute
	stepBound = 2 * time.Minute
)

// cluster is the running node.
type cluster struct {
	root, dir             string
	kubectlPath, helmPath string
	about                 outside.About
	config                *rest.Config
	process               *exec.Cmd
	ended                 chan error
	// image is the archive of Grantor's image.
	image string
}

// start builds all that is needed and starts the node.
func start(ctx context.Context) (*cluster, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	c := &cluster{root: root, dir: filepath.Join(root, ".local", "node"), ended: make(chan error, 1)}
	if c.kubectlPath, err = devenv.LocalkubeBinary(ctx, root); err != nil {
		return nil, err
	}
	c.helmPath = filepath.Join(root, ".local", "bin", "helm")
	if err := c.run(ctx, "hack/tools/build", "helm", c.helmPath); err != nil {
		return nil, err
	}
	if err := c.startNode(ctx); err != nil {
		return nil, err
	}
	if err := c.load(ctx); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *cluster) startNode(ctx context.Context) error {
	binary := filepath.Join(c.root, ".local", "bin", "localnode")
	if err := c.run(ctx, "go", "build", "-buildvcs=false", "-o", binary, "./hack/localnode"); err != nil {
		return err
	}
	kubeconfig := filepath.Join(c.dir, "kubeconfig")
	// That of a killed run would look ready.
	if err := os.RemoveAll(kubeconfig); err != nil {
		return err
	}
	c.process = exec.Command(binary, "--dir", c.dir)
	c.process.Dir, c.process.Stdout, c.process.Stderr = c.root, os.Stderr, os.Stderr
	// A terminal's Ctrl-C reaches it through this process, which ends in order.
	c.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.process.Start(); err != nil {
		return fmt.Errorf("start the node: %w", err)
	}
	go func() { c.ended <- c.process.Wait() }()
	if err := await(ctx, "the node", startBound, func(context.Context) (err error) {
		select {
		case err := <-c.ended:
			c.ended <- err
			return fatal{fmt.Errorf("it has ended: %w", errors.Join(err, errors.New("see above")))}
		default:
		}
		c.config, err = clientcmd.BuildConfigFromFlags("", kubeconfig)
		return err
	}); err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(c.dir, "node.json"))
	if err != nil {
		return fmt.Errorf("read about the node: %w", err)
	}
	return json.Unmarshal(content, &c.about)
}

// stop ends the node and insists that nothing of it is left.
func (c *cluster) stop() error {
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the node: %w", err)
	}
	select {
	case err := <-c.ended:
		if err != nil {
			return fmt.Errorf("the node: %w", err)
		}
	case <-time.After(nodeBound):
		return errors.New("the node does not stop")
	}
	left, err := filepath.Glob("/sys/fs/cgroup/*/" + filepath.Base(inside.Home) + "-*")
	if len(left) > 0 {
		return fmt.Errorf("the node left cgroups: %v", left)
	}
	return err
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
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Env = c.root, append(command.Environ(), "CGO_ENABLED=0")
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
