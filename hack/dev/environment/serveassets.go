package environment

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// ServeAssets is the hidden command of this program that serves a cluster from
// the envtest assets: its arguments are the state directory and that of the
// assets.
const ServeAssets = "serve-assets"

// RunAssets serves a cluster until ctx ends.
func RunAssets(ctx context.Context, dir string) error {
	kube, err := devenv.StartKube(ctx, devenv.KubeOptions{
		Dir: dir,
		// This program's output is the log file already; that of the control
		// plane would only be interleaved with it.
		LogFile: filepath.Join(dir, "control-plane.log"),
	})
	if err != nil {
		return err
	}
	<-ctx.Done()
	if err := kube.Stop(); err != nil {
		return fmt.Errorf("stop the cluster: %w", err)
	}
	return nil
}
