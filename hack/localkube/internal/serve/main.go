package serve

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

// errAsked is why a healthy control plane ends.
var errAsked = errors.New("asked to stop")

// Main is `localkube serve`. It returns the exit code: 0 after a signal, 2 for
// a wrong command line, 1 for every other failure.
func Main(args []string) int {
	parent := os.Getppid()
	options, err := ParseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "localkube serve:", err)
		return 2
	}

	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	stopOnSignal(cancel)
	if options.Ephemeral {
		go stopWithParent(ctx, cancel, parent)
	}
	configureProcess(options.Verbosity)
	defer klog.Flush()

	if err := run(ctx, options); err != nil && !errors.Is(err, errAsked) {
		fmt.Fprintln(os.Stderr, "localkube serve:", err)
		return 1
	}
	return 0
}

func stopOnSignal(cancel context.CancelCauseFunc) {
	// Otherwise a log line written after the reader is gone would kill the
	// process before it has cleaned up.
	signal.Ignore(syscall.SIGPIPE)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		<-signals
		cancel(errAsked)
		signal.Reset(syscall.SIGTERM, syscall.SIGINT) // the second one is not patient
	}()
}

func configureProcess(verbosity int) {
	syscall.Umask(0o077)
	set := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(set)
	_ = set.Set("v", strconv.Itoa(verbosity))
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
}
