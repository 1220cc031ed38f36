package installation

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Run runs a program that is not Grantor's, such as a proxy, until the test ends, and waits until
// it listens at an address. If the test fails, it logs what the program wrote to stderr.
func Run(t testing.TB, address string, command ...string) {
	t.Helper()
	name := filepath.Base(command[0])
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var stderr strings.Builder
	program := exec.CommandContext(ctx, command[0], command[1:]...)
	program.Stderr, program.WaitDelay = &stderr, 10*time.Second
	program.Cancel = func() error { return program.Process.Signal(syscall.SIGTERM) }
	if err := program.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	var ended error
	done := make(chan struct{})
	go func() {
		ended = program.Wait()
		close(done)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if t.Failed() {
			t.Logf("%s says: %s", name, stderr.String())
		}
	})
	Eventually(t, 30*time.Second, func() bool {
		select {
		case <-done:
			t.Fatalf("%s ended: %v", name, ended)
		default:
		}
		connection, err := net.Dial("tcp", address)
		return err == nil && connection.Close() == nil
	}, func() string { return "answer of " + name })
}
