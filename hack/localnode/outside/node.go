//go:build linux

package outside

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/hack/localnode/inside"
)

const (
	readyBound = 3 * time.Minute // a busy machine
	readyPoll  = 100 * time.Millisecond
)

// About is what others need to know of a node; it is kept in node.json.
type About struct {
	// Proxy is the URL of an HTTP proxy that knows the names and addresses inside.
	Proxy string `json:"proxy"`
	// PID is that of the first process; /proc/PID/root is the node's file system.
	PID int `json:"pid"`
}

// Options say what a node is made of.
type Options struct {
	// Dir is for the node alone. It gets the kubeconfig, node.json and the logs.
	Dir string
	// Localkube and Programs are the binaries, Pause the archive of an image.
	Localkube, Programs, Pause string
}

// Run runs a node until ctx ends or the node fails. It calls ready once Pods can
// come. Nothing of the node is left when it returns.
func Run(ctx context.Context, o Options, ready func(About)) (err error) {
	d, err := claim(ctx, o.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.release()) }()
	if err := makeCgroups(cgroup(d.path)); err != nil {
		return err
	}
	proxy, listener, err := listen(ctx)
	if err != nil {
		return err
	}
	p, err := startFirst(inside.Order{
		Localkube: o.Localkube, Programs: o.Programs, Pause: o.Pause, Logs: d.logs(), Cgroup: cgroup(d.path),
	}, listener)
	_ = listener.Close()
	if err != nil {
		return err
	}
	defer p.stop()
	about := About{Proxy: proxy, PID: p.command.Process.Pid}
	if err := bringUp(ctx, d, p, about); err != nil {
		return err
	}
	ready(about)
	select {
	case <-ctx.Done():
		return nil
	case <-p.ended:
		return p.failed()
	}
}

// bringUp waits for the node and writes how to reach it. The kubeconfig comes
// last, so who finds one finds a node that is ready.
func bringUp(ctx context.Context, d *directory, p *first, about About) error {
	var content []byte
	err := await(ctx, p, "the API server", func(context.Context) (err error) {
		content, err = kubeconfig(p.root(inside.Kubeconfig), about.Proxy)
		return err
	})
	if err != nil {
		return err
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(content)
	if err != nil {
		return fmt.Errorf("read the node's kubeconfig: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	if err := await(ctx, p, "the node to be ready", func(ctx context.Context) error {
		return nodeReady(ctx, client)
	}); err != nil {
		return err
	}
	encoded, err := json.Marshal(about)
	if err != nil {
		return fmt.Errorf("encode node.json: %w", err)
	}
	if err := devenv.WriteFile(d.about(), encoded, 0o600); err != nil {
		return err
	}
	return devenv.WriteFile(d.kubeconfig(), content, 0o600)
}

// kubeconfig is that of the inside, by way of the proxy.
func kubeconfig(path, proxy string) ([]byte, error) {
	config, err := clientcmd.LoadFromFile(path)
	if err != nil {
		return nil, err
	}
	for _, cluster := range config.Clusters {
		cluster.ProxyURL = proxy
	}
	return clientcmd.Write(*config)
}

func nodeReady(ctx context.Context, client kubernetes.Interface) error {
	node, err := client.CoreV1().Nodes().Get(ctx, inside.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			if condition.Status == corev1.ConditionTrue && len(node.Spec.Taints) == 0 {
				return nil
			}
			return fmt.Errorf("%s: %s", condition.Reason, condition.Message)
		}
	}
	return errors.New("it has no status yet")
}

func await(ctx context.Context, p *first, what string, done func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, readyPoll, readyBound, true, func(ctx context.Context) (bool, error) {
		last = done(ctx)
		return last == nil, p.failed()
	})
	if err != nil {
		return fmt.Errorf("wait for %s: %w", what, errors.Join(err, last))
	}
	return nil
}
