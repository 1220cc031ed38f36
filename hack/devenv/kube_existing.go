package devenv

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// existingBound is how long a cluster that should be there may take to answer.
const existingBound = 15 * time.Second

func useExisting(ctx context.Context, o KubeOptions) (*Kube, error) {
	cfg, err := LoadConfig(o.Kubeconfig)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("the API server of %s at %s", o.Kubeconfig, cfg.Host)
	err = await(ctx, what, existingBound, 500*time.Millisecond, func(ctx context.Context) error {
		return Ready(ctx, cfg)
	})
	if err != nil {
		return nil, err
	}
	return &Kube{Config: cfg, Kubeconfig: o.Kubeconfig, Source: "the cluster of " + o.Kubeconfig}, nil
}

// LoadConfig reads a kubeconfig's current context and lifts client-side rate
// limits, which would only distort what tests measure.
func LoadConfig(path string) (*rest.Config, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, fmt.Errorf("load kubeconfig %s: %w", path, err)
	}
	cfg.QPS = -1
	return cfg, nil
}

// Ready returns nil if the API server says that it is ready.
func Ready(ctx context.Context, cfg *rest.Config) error {
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return hopeless{fmt.Errorf("make a client: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}
