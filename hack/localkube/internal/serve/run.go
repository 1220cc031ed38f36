package serve

import (
	"context"
	"fmt"
	"os"
	"time"

	"k8s.io/klog/v2"

	"github.com/grantor-dev/grantor/hack/localkube/internal/apiserver"
	"github.com/grantor-dev/grantor/hack/localkube/internal/etcd"
	"github.com/grantor-dev/grantor/hack/localkube/internal/kubeconfig"
	"github.com/grantor-dev/grantor/hack/localkube/internal/pki"
	"github.com/grantor-dev/grantor/hack/localkube/internal/state"
)

// drain is how long requests in flight may take at the end. A full graceful
// stop of the API server takes 9 s and gains nothing: etcd has synced all it
// acknowledged.
const drain = time.Second

// run holds the state directory for as long as the control plane lives.
func run(ctx context.Context, o Options) (err error) {
	dir, err := state.Claim(o.Dir, o.Ephemeral)
	if err != nil {
		return err
	}
	defer func() {
		if releaseErr := dir.Release(); err == nil {
			err = releaseErr
		}
	}()
	// Only now: until the claim, the file may be that of a running localkube.
	if err := kubeconfig.Clear(o.Kubeconfig); err != nil {
		return err
	}
	// etcd's sockets have names relative to the working directory.
	if err := os.Chdir(o.Dir); err != nil {
		return fmt.Errorf("enter state directory: %w", err)
	}
	return runIn(ctx, dir, o)
}

func runIn(ctx context.Context, dir *state.Dir, o Options) error {
	listener, err := dir.Listen(o.Address, o.Port)
	if err != nil {
		return err
	}
	keys, err := pki.Ensure(dir.Path("pki"), o.Address, apiserver.ServiceAddress)
	if err != nil {
		return err
	}
	audit := apiserver.Audit{Log: o.AuditLog, Policy: dir.Path("audit-policy.yaml")}
	if err := audit.WritePolicy(); err != nil {
		return err
	}

	// 1. The store.
	if o.Store != "" {
		if err := dir.CopyNew("etcd", o.Store); err != nil {
			return fmt.Errorf("copy the store: %w", err)
		}
	}
	etcdFailed, err := etcd.Start(ctx, etcd.Options{
		Dir: dir.Path("etcd"), Unsynced: o.Ephemeral, Verbose: o.Verbosity >= 2,
	})
	if err != nil {
		return err
	}

	// 2. The API server. From here on a failure of any part ends the others.
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	go func() { fail(fmt.Errorf("etcd failed: %w", <-etcdFailed)) }()
	served := make(chan struct{})
	go func() {
		defer close(served)
		fail(orEnded(apiserver.Run(ctx, apiserver.Config{
			Listener: listener, Etcd: etcd.Endpoint, Keys: keys, Audit: audit, Authentication: o.Authentication,
		})))
	}()

	// 3. The controllers, readiness and its announcement.
	server := "https://" + listener.Addr().String()
	if err := bringUp(ctx, fail, server, keys, o.Kubeconfig); err != nil {
		return err
	}

	<-ctx.Done()
	klog.InfoS("Stopping", "reason", context.Cause(ctx))
	if !o.Ephemeral {
		select {
		case <-served:
		case <-time.After(drain):
		}
	}
	return context.Cause(ctx)
}

// orEnded makes a failure of an API server that stops without saying why.
func orEnded(err error) error {
	if err == nil {
		return fmt.Errorf("API server ended")
	}
	return err
}
