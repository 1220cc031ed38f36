package environment

import (
	"errors"
	"fmt"
	"path/filepath"
)

// Settings are what a developer can choose.
type Settings struct {
	// Servers is the number of server replicas.
	Servers int `json:"servers"`
	// TLS serves https with a generated CA.
	TLS bool `json:"tls"`
	// Kubeconfig of an existing cluster to use instead of an embedded one.
	Kubeconfig string `json:"kubeconfig,omitempty"`
}

// maxServers keeps a slip of the finger from filling the machine.
const maxServers = 20

// Defaults are the settings where none was chosen.
func Defaults() Settings { return Settings{Servers: 1} }

func (s Settings) checked() (Settings, error) {
	if s.Servers < 1 || s.Servers > maxServers {
		return s, fmt.Errorf("the number of servers is %d; it must be between 1 and %d", s.Servers, maxServers)
	}
	if s.Kubeconfig == "" {
		return s, nil
	}
	path, err := filepath.Abs(s.Kubeconfig)
	if err != nil {
		return s, errors.Join(errors.New("find the kubeconfig"), err)
	}
	s.Kubeconfig = path
	return s, nil
}
