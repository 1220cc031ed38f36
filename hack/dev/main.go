package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Whoever asks a second time does not want to wait for the clean-up.
	context.AfterFunc(ctx, stop)

	err := newCommand().ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	fmt.Fprintln(os.Stderr, "dev:", err)
	return 1
}

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "dev",
		Short:         "Grantor's development environment",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(upCommand(), downCommand(), resetCommand(), demoCommand(), testCommand(), serveAssetsCommand())
	return root
}
