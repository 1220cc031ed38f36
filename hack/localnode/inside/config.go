//go:build linux

package inside

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed config
var config embed.FS

// places are where the embedded files go.
var places = map[string]string{
	"containerd.toml": "containerd.toml",
	"cni.conflist":    "cni/10-localnode.conflist",
	"kubelet.yaml":    "kubelet.yaml",
	"proxy.yaml":      "proxy.yaml",
}

// configure writes what the programs read.
func configure(cgroup string) error {
	for name, place := range places {
		content, err := config.ReadFile("config/" + name)
		if err != nil {
			return fmt.Errorf("read configuration: %w", err)
		}
		if err := write(place, strings.ReplaceAll(string(content), "CGROUP", cgroup)); err != nil {
			return err
		}
	}
	return write("resolv.conf", "nameserver "+Address+"\n")
}

func write(name, content string) error {
	if err := os.WriteFile(filepath.Join(Home, name), []byte(content), 0o600); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}
