package devenv

import (
	"context"
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/rest"
)

// AssetsVariable names the directory with etcd and kube-apiserver that
// controller-runtime's envtest uses; developers set it on purpose.
const AssetsVariable = "KUBEBUILDER_ASSETS"

// KubeOptions says which cluster StartKube shall use and where it lies. The
// zero value is an ephemeral localkube.
type KubeOptions struct {
	// Kubeconfig of a cluster that exists already. It is used before all
	// others, and Stop leaves it alone. KUBECONFIG is never read from the
	// environment: no real cluster is touched by accident.
	Kubeconfig string
	// Dir keeps the state between runs. Default: a temporary directory, which
	// makes the cluster ephemeral.
	Dir string
	// Ephemeral deletes Dir when the cluster stops.
	Ephemeral bool
	// Store is a folder that the store of an ephemeral localkube begins as a copy of;
	// installedStore makes one. Empty begins with nothing.
	Store string
	// AuthenticationConfig is the file of kube-apiserver's --authentication-config;
	// only localkube is given it.
	AuthenticationConfig string
	// Port of the API server on 127.0.0.1. Default: the last one used in Dir,
	// or a free one.
	Port int
	// LogFile of the control plane. Default: in .local/logs, deleted by Stop.
	LogFile string
	// RepoRoot of the checkout. Default: found from the working directory.
	RepoRoot string
	// Say is told what is done, one line each. Default: standard error.
	Say func(line string)
}

// Kube is a running Kubernetes API server.
type Kube struct {
	// Config of an administrator, without client-side rate limits.
	Config *rest.Config
	// Kubeconfig is the path of the administrator's kubeconfig.
	Kubeconfig string
	// Source says in words where the cluster comes from.
	Source string
	// LogFile of the control plane, where there is one.
	LogFile string

	stop func() error
}

// Stop ends the cluster, if StartKube started it. It is safe to call twice.
func (k *Kube) Stop() error {
	if k.stop == nil {
		return nil
	}
	stop := k.stop
	k.stop = nil
	if err := stop(); err != nil {
		return fmt.Errorf("stop %s: %w", k.Source, err)
	}
	return nil
}

// StartKube brings up a cluster and says which one it is. The order of choice:
// an explicit kubeconfig, the binaries that KUBEBUILDER_ASSETS names, localkube
// (built first where that is necessary, which can take minutes). It is ready
// when StartKube returns, and dies with this process.
func StartKube(ctx context.Context, o KubeOptions) (*Kube, error) {
	if o.Say == nil {
		o.Say = func(line string) { fmt.Fprintln(os.Stderr, line) }
	}
	if o.Kubeconfig != "" {
		return announced(o, func() (*Kube, error) { return useExisting(ctx, o) })
	}
	o, tidy, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	kube, err := announced(o, func() (*Kube, error) {
		if assets := os.Getenv(AssetsVariable); assets != "" {
			return startEnvtest(ctx, o, assets)
		}
		return startLocalkube(ctx, o)
	})
	if err != nil {
		// The log stays: the error names it.
		if o.Ephemeral {
			_ = os.RemoveAll(o.Dir)
		}
		return nil, err
	}
	stop := kube.stop
	kube.stop = func() error {
		defer tidy()
		return stop()
	}
	return kube, nil
}

func announced(o KubeOptions, start func() (*Kube, error)) (*Kube, error) {
	kube, err := start()
	if err != nil {
		return nil, err
	}
	o.Say(fmt.Sprintf("cluster: %s at %s", kube.Source, strings.TrimSuffix(kube.Config.Host, "/")))
	return kube, nil
}
