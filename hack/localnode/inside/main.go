//go:build linux

package inside

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	stepBound = 2 * time.Minute // a busy machine
	stepPoll  = 50 * time.Millisecond
)

// Main is the first process. It returns when the node has failed.
func Main(argument string) int {
	if err := run(argument); err != nil {
		fmt.Fprintln(os.Stderr, "localnode:", err)
	}
	return 1
}

func run(argument string) error {
	if os.Getpid() != 1 {
		return errors.New("inside is for the first process of a node: run localnode without it")
	}
	order, err := parseOrder(argument)
	if err != nil {
		return err
	}
	for _, prepare := range []func() error{mount, network, func() error { return configure(order.Cgroup) }} {
		if err := prepare(); err != nil {
			return err
		}
	}
	listener, err := net.FileListener(os.NewFile(ProxyDescriptor, "proxy"))
	if err != nil {
		return fmt.Errorf("take the proxy's listener: %w", err)
	}
	failed := make(chan error, 3)
	go func() { failed <- serveProxy(listener) }()

	programs := newInitSystem(order.Logs)
	if err := programs.start(containerd()); err != nil {
		return err
	}
	if err := programs.start(controlPlane(order)); err != nil {
		return err
	}
	go func() { failed <- programs.wait() }()
	go func() {
		if err := bringUp(programs, order); err != nil {
			failed <- err
		}
	}()
	return <-failed
}

// bringUp starts the rest in the order in which they need each other.
func bringUp(programs *initSystem, order Order) error {
	if err := until("the container runtime", func() error {
		connection, err := (&net.Dialer{}).DialContext(context.Background(), "unix", Containerd)
		if err != nil {
			return err
		}
		return connection.Close()
	}); err != nil {
		return err
	}
	if err := programs.start(program{name: "pause", once: true, argv: []string{
		"ctr", "--address", Containerd, "--namespace", "k8s.io", "images", "import", order.Pause,
	}}); err != nil {
		return err
	}
	if err := until("the API server", func() error {
		_, err := os.Stat(Kubeconfig)
		return err
	}); err != nil {
		return err
	}
	for _, client := range clients(order) {
		if err := programs.start(client); err != nil {
			return err
		}
	}
	return nil
}

func until(what string, done func() error) error {
	var last error
	err := wait.PollUntilContextTimeout(context.Background(), stepPoll, stepBound, true, func(context.Context) (bool, error) {
		last = done()
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("wait for %s: %w", what, errors.Join(err, last))
	}
	return nil
}
