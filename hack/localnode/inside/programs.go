//go:build linux

package inside

import (
	"path/filepath"
	"strings"
)

// controllers are those that Pods need; localkube runs the others itself.
var controllers = []string{
	"deployment-controller", "replicaset-controller", "statefulset-controller", "daemonset-controller",
	"job-controller", "endpointslice-controller", "disruption-controller", "pod-garbage-collector-controller",
	"node-lifecycle-controller", "taint-eviction-controller", "ttl-after-finished-controller",
}

// program is one that runs for as long as the node does.
type program struct {
	name string
	argv []string
	// returns: it is started again when it ends, as an init system would do.
	returns bool
	// once: it is expected to end.
	once bool
}

func containerd() program {
	return program{name: "containerd", argv: []string{"containerd", "--config", filepath.Join(Home, "containerd.toml"), "--log-level", "warn"}}
}

func controlPlane(o Order) program {
	return program{name: "localkube", argv: []string{
		o.Localkube, "serve", "--dir", filepath.Join(Home, "kube"), "--kubeconfig", Kubeconfig,
		"--address", Address, "--port", Port, "--ephemeral",
	}}
}

// clients are the programs that need an API server.
func clients(o Order) []program {
	kubeconfig := "--kubeconfig=" + Kubeconfig
	all := []program{
		{name: "dns", argv: []string{kubeconfig, "--listen=" + Address + ":53"}},
		{name: "kube-controller-manager", argv: []string{
			kubeconfig, "--leader-elect=false", "--secure-port=0", "--use-service-account-credentials=false",
			"--controllers=" + strings.Join(controllers, ","),
		}},
		{name: "kube-scheduler", argv: []string{kubeconfig, "--leader-elect=false", "--secure-port=0"}},
		{name: "kube-proxy", argv: []string{"--config=" + filepath.Join(Home, "proxy.yaml")}},
		{name: "kubelet", returns: true, argv: []string{
			kubeconfig, "--config=" + filepath.Join(Home, "kubelet.yaml"), "--root-dir=" + filepath.Join(Home, "kubelet"),
			"--cert-dir=" + filepath.Join(Home, "kubelet-pki"), "--hostname-override=" + Name, "--node-ip=" + Address,
		}},
	}
	for i := range all {
		all[i].argv = append([]string{o.Programs, all[i].name}, all[i].argv...)
	}
	return all
}
