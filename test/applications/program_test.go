package applications

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// program is the process of an application.
type program struct {
	dir         string
	command     []string
	environment []string
}

// run runs it until the test ends, and waits until it listens.
func (p program) run(t *testing.T, s settings) {
	t.Helper()
	path, err := exec.LookPath(p.command[0])
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	running, err := devenv.LaunchProgram(devenv.ProgramOptions{
		Name: filepath.Base(p.command[0]), Binary: path, Args: p.command[1:], Dir: p.dir, LogFile: log,
		Env: append(s.environment(), p.environment...),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Not killed at once: some have children. How it ends says nothing.
		_ = running.Stop(context.WithoutCancel(t.Context()))
		if text, err := os.ReadFile(log); t.Failed() && err == nil {
			t.Logf("%s", text)
		}
	})
	awaitListener(t, s.Address)
}

// awaitListener waits until a program listens.
func awaitListener(t *testing.T, address string) {
	t.Helper()
	installation.Eventually(t, time.Minute, func() bool {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		return err == nil && connection.Close() == nil
	}, func() string { return "program that listens at " + address })
}
