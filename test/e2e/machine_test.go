//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/localnode/outside"
)

// stopBound is how long a node may take to be gone.
const stopBound = 30 * time.Second

// machine is a node as a child process; it ends with this one.
type machine struct {
	dir     string
	about   outside.About
	process *exec.Cmd
	ended   chan error
}

func startMachine(ctx context.Context, root, dir string) (*machine, error) {
	binary := filepath.Join(root, ".local", "bin", "localnode")
	if err := runIn(ctx, root, "go", "build", "-buildvcs=false", "-o", binary, "./hack/localnode"); err != nil {
		return nil, err
	}
	// That of a killed run would look ready.
	if err := os.RemoveAll(filepath.Join(dir, "kubeconfig")); err != nil {
		return nil, err
	}
	m := &machine{dir: dir, process: exec.Command(binary, "--dir", dir), ended: make(chan error, 1)}
	m.process.Dir, m.process.Stdout, m.process.Stderr = root, os.Stderr, os.Stderr
	// A terminal's Ctrl-C reaches it by the end of this process.
	m.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.process.Start(); err != nil {
		return nil, fmt.Errorf("start the node: %w", err)
	}
	go func() { m.ended <- m.process.Wait() }()
	if err := await(ctx, "the node", startBound, m.ready); err != nil {
		return nil, errors.Join(err, m.stop())
	}
	return m, nil
}

func (m *machine) ready(context.Context) error {
	select {
	case err := <-m.ended:
		m.ended <- err
		return fatal{errors.Join(err, errors.New("it has ended and said why"))}
	default:
	}
	if _, err := os.Stat(filepath.Join(m.dir, "kubeconfig")); err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(m.dir, "node.json"))
	if err != nil {
		return err
	}
	return json.Unmarshal(content, &m.about)
}

// stop ends the node and insists that nothing of it is left.
func (m *machine) stop() error {
	if err := m.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the node: %w", err)
	}
	select {
	case err := <-m.ended:
		if err != nil {
			return fmt.Errorf("the node: %w", err)
		}
	case <-time.After(stopBound):
		return errors.New("the node does not stop")
	}
	left, err := outside.Remains(m.dir)
	if len(left) > 0 {
		return fmt.Errorf("the node left cgroups: %v", left)
	}
	return err
}

// TestNodeIsKilled: whoever is killed cannot clean up, so the next run does.
func TestNodeIsKilled(t *testing.T) {
	dir := filepath.Join(node.root, ".local", "node-killed")
	first, err := startMachine(t.Context(), node.root, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-first.ended
	eventually(t, "the node's first process to be gone", func(context.Context) error {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", first.about.PID)); err == nil {
			return errors.New("it is there")
		}
		return nil
	})
	if left, err := outside.Remains(dir); err != nil || len(left) == 0 {
		t.Errorf("a killed node leaves nothing, which makes this test pointless: %v", err)
	}
	second, err := startMachine(t.Context(), node.root, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.stop(); err != nil {
		t.Error(err)
	}
}
