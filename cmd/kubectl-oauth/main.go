package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/grantor-dev/grantor/internal/kubectloauth"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := kubectloauth.Root().ExecuteContext(ctx)
	stop()
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "kubectl oauth: "+cli.Plain(strings.Join(strings.Fields(err.Error()), " ")))
	if errors.Is(err, cli.ErrUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}
