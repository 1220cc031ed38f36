package environment

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/grantor-dev/grantor/hack/dev/background"
	"github.com/grantor-dev/grantor/hack/devenv"
)

const (
	clusterProcess = "kube"
	// clusterGrace is for envtest, which stops one process after the other;
	// localkube takes a second.
	clusterGrace = 60 * time.Second
)

// startCluster uses the cluster of the settings, or keeps or starts a process
// that is one.
func (u *up) startCluster(ctx context.Context) (string, error) {
	if u.settings.Kubeconfig != "" {
		return u.useCluster(ctx)
	}
	spec, err := u.clusterSpec()
	if err != nil {
		return "", err
	}
	what, err := u.keepOrStart(ctx, spec, clusterGrace, func() error {
		// Its presence will mean that the cluster is ready.
		return removeFile(u.layout.kube("admin.kubeconfig"))
	})
	if err != nil {
		return "", err
	}
	u.running.Kubeconfig = u.layout.kube("admin.kubeconfig")
	u.cluster, err = devenv.AwaitKube(ctx, u.running.Kubeconfig, func() bool {
		return u.processes.Running(clusterProcess)
	})
	if err != nil {
		return "", devenv.SeeLog(err, spec.LogFile)
	}
	return fmt.Sprintf("%s at %s, %s", u.clusterKind(), u.cluster.Host, what), nil
}

// useCluster ends an embedded cluster that the environment had before: nothing
// would use it.
func (u *up) useCluster(ctx context.Context) (string, error) {
	kube, err := devenv.StartKube(ctx, devenv.KubeOptions{
		Kubeconfig: u.settings.Kubeconfig, Say: func(string) {},
	})
	if err != nil {
		return "", err
	}
	// Only now: a mistake in the path must not cost the cluster that runs.
	if _, err := u.processes.Stop(ctx, clusterProcess, clusterGrace); err != nil {
		return "", err
	}
	u.cluster, u.running.Kubeconfig = kube.Config, kube.Kubeconfig
	return fmt.Sprintf("%s at %s", kube.Source, kube.Config.Host), nil
}

func (u *up) clusterSpec() (background.Spec, error) {
	options := devenv.KubeOptions{Dir: u.layout.kube()}
	spec := background.Spec{
		Name:    clusterProcess,
		Binary:  u.layout.Binary("localkube"),
		Args:    devenv.LocalkubeArgs(options),
		LogFile: u.layout.Log(clusterProcess),
	}
	if u.embedded() {
		return spec, nil
	}
	// envtest is a library: this program serves it as localkube serves itself.
	self, err := os.Executable()
	if err != nil {
		return spec, fmt.Errorf("find this program: %w", err)
	}
	spec.Binary, spec.Args = self, []string{ServeAssets, u.layout.kube(), os.Getenv(devenv.AssetsVariable)}
	return spec, nil
}

func (u *up) clusterKind() string {
	if u.embedded() {
		return "localkube"
	}
	return "envtest"
}
