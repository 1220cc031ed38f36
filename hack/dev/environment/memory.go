package environment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// memory is what one run leaves to the next.
type memory struct {
	Settings Settings `json:"settings"`
	// Ports by the name of their use.
	Ports map[string]int `json:"ports"`
}

func (l Layout) memoryFile() string { return l.run("memory.json") }

// recall returns what the last run left, and the defaults where it left
// nothing that can be read.
func (l Layout) recall() memory {
	m := memory{Settings: Defaults(), Ports: map[string]int{}}
	content, err := os.ReadFile(l.memoryFile())
	if err != nil {
		return m
	}
	var found memory
	if err := json.Unmarshal(content, &found); err != nil || found.Ports == nil {
		return m
	}
	return found
}

func (l Layout) remember(m memory) error {
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("remember the settings: %w", err)
	}
	return devenv.WriteFile(l.memoryFile(), append(content, '\n'), 0o644)
}

// port returns the port of last time if it still is to be had: no process listens
// on it, or a process of ours does. Otherwise it chooses another one.
func (m memory) port(use string, ours bool) (int, error) {
	if port, ok := m.Ports[use]; ok && (ours || devenv.PortIsFree(port)) {
		return port, nil
	}
	for {
		port, err := devenv.FreePort()
		if err != nil {
			return 0, err
		}
		if !m.promised(port) {
			m.Ports[use] = port
			return port, nil
		}
	}
}

// promised says whether another use has this port, though it may not run yet.
func (m memory) promised(port int) bool {
	for _, taken := range m.Ports {
		if taken == port {
			return true
		}
	}
	return false
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
