package devenv

import (
	"context"
	"errors"
	"os"
	"time"

	"k8s.io/client-go/rest"
)

// awaitKube waits for the kubeconfig, which is written last, and for the API
// server behind it. ended ends the waiting when nothing will come any more.
func awaitKube(ctx context.Context, kubeconfig string, ended func() error) (cfg *rest.Config, err error) {
	err = await(ctx, "the API server", localkubeBound, 50*time.Millisecond, func(ctx context.Context) error {
		if err := ended(); err != nil {
			return hopeless{err}
		}
		if _, err := os.Stat(kubeconfig); err != nil {
			return errors.New("it has not announced itself yet")
		}
		if cfg, err = LoadConfig(kubeconfig); err != nil {
			return err
		}
		return Ready(ctx, cfg)
	})
	return cfg, err
}

// AwaitKube waits until a cluster that another process starts is ready:
// running says whether that process is still there.
func AwaitKube(ctx context.Context, kubeconfig string, running func() bool) (*rest.Config, error) {
	return awaitKube(ctx, kubeconfig, func() error {
		if running() {
			return nil
		}
		return errors.New("its process is gone")
	})
}
