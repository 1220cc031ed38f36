package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"

	"github.com/grantor-dev/grantor/internal/kubectloauth"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
)

func main() {
	// client-go logs some errors that it returns, too, and users get one line for an error.
	klog.SetLogger(logr.Discard())
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
