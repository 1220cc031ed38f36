package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/grantor-dev/grantor/hack/localnode/inside"
	"github.com/grantor-dev/grantor/hack/localnode/outside"
)

const usage = `usage: localnode [--dir DIR]

Runs a Kubernetes cluster of one node in the foreground, as root.

  --dir DIR    for the node's kubeconfig, node.json and logs (.local/node)
`

func main() {
	parent := os.Getppid()
	if len(os.Args) == 3 && os.Args[1] == "inside" {
		os.Exit(inside.Main(os.Args[2]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go endWithParent(ctx, cancel, parent)
	if err := run(ctx, os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, _ = os.Stdout.WriteString(usage)
			return
		}
		fmt.Fprintln(os.Stderr, "localnode:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("localnode", flag.ContinueOnError)
	set.Usage = func() {}
	dir := set.String("dir", ".local/node", "")
	if err := set.Parse(args); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("a node needs root")
	}
	started := time.Now()
	options, err := prepare(ctx, *dir)
	if err != nil {
		return err
	}
	prepared := time.Now()
	return outside.Run(ctx, options, func(outside.About) {
		fmt.Fprintf(os.Stderr, "localnode: ready in %s, after %s of preparation; kubeconfig: %s/kubeconfig\n",
			time.Since(prepared).Round(time.Millisecond), prepared.Sub(started).Round(time.Millisecond), *dir)
	})
}

// endWithParent ends the node when the process that started it is gone, however
// that ended.
func endWithParent(ctx context.Context, cancel context.CancelFunc, parent int) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if os.Getppid() != parent {
				cancel()
				return
			}
		}
	}
}
