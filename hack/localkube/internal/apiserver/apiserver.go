package apiserver

import (
	"context"
	"fmt"
	"net"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"

	"github.com/grantor-dev/grantor/hack/localkube/internal/pki"
)

// Config is what the API server is given.
type Config struct {
	Listener net.Listener
	Etcd     string
	Keys     pki.Files
	Audit    Audit
	// Authentication is the file of --authentication-config; empty is none.
	Authentication string
}

// Run serves until ctx ends or the server fails.
func Run(ctx context.Context, config Config) error {
	completed, err := complete(ctx, config)
	if err != nil {
		return fmt.Errorf("configure API server: %w", err)
	}
	if err := app.Run(ctx, completed); err != nil {
		return fmt.Errorf("run API server: %w", err)
	}
	return nil
}

// complete does what upstream's command does, without the command: that one
// installs a signal handler of its own.
func complete(ctx context.Context, config Config) (options.CompletedOptions, error) {
	server := options.NewServerRunOptions()
	set := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, group := range server.Flags().FlagSets {
		set.AddFlagSet(group)
	}
	if err := set.Parse(flags(config)); err != nil {
		return options.CompletedOptions{}, err
	}

	// An open listener, unlike a port number, cannot be lost to somebody else.
	server.SecureServing.Listener = config.Listener
	server.SecureServing.BindPort = config.Listener.Addr().(*net.TCPAddr).Port

	if err := server.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return options.CompletedOptions{}, err
	}
	completed, err := server.Complete(ctx)
	if err != nil {
		return options.CompletedOptions{}, err
	}
	return completed, utilerrors.NewAggregate(completed.Validate())
}
