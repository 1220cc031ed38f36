//go:build linux

package inside

import (
	"encoding/json"
	"fmt"
)

const (
	// Address is that of the node, and of its API server.
	Address = "10.99.0.1"
	// Port is where the API server listens.
	Port = "6443"
	// Name is that of the node.
	Name = "localnode"
	// Home holds everything that the node writes. It lies in memory.
	Home = "/run/localnode"
	// Kubeconfig is for an administrator inside.
	Kubeconfig = Home + "/admin.kubeconfig"
	// Containerd is the socket of the container runtime.
	Containerd = "/run/containerd/containerd.sock"

	// ProxyDescriptor is the open listener that the first process inherits.
	ProxyDescriptor = 3
)

// Order is what the first process is told.
type Order struct {
	// Localkube and Programs are the two binaries.
	Localkube string `json:"localkube"`
	Programs  string `json:"programs"`
	// Pause is an archive with the image that holds a Pod.
	Pause string `json:"pause"`
	// Logs is a directory for the programs' output.
	Logs string `json:"logs"`
	// Cgroup is the name of the node's cgroups.
	Cgroup string `json:"cgroup"`
}

// Argument is the order as an argument of the first process.
func (o Order) Argument() (string, error) {
	encoded, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("encode order: %w", err)
	}
	return string(encoded), nil
}

func parseOrder(argument string) (Order, error) {
	var o Order
	if err := json.Unmarshal([]byte(argument), &o); err != nil {
		return Order{}, fmt.Errorf("read order: %w", err)
	}
	return o, nil
}
