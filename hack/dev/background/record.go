package background

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// record is what is known of a process that was started earlier.
type record struct {
	PID int `json:"pid"`
	// Start identifies the process among all that ever have this id.
	Start string `json:"start"`
	// Fingerprint of the Spec that it was started from.
	Fingerprint string `json:"fingerprint"`
}

const suffix = ".json"

func (r Registry) path(name string) string { return filepath.Join(r.Dir, name+suffix) }

// read returns nothing if there is no record, or none that can be read: then
// there is nothing that may be ended.
func (r Registry) read(name string) (record, bool) {
	content, err := os.ReadFile(r.path(name))
	if err != nil {
		return record{}, false
	}
	var found record
	if err := json.Unmarshal(content, &found); err != nil || found.PID <= 1 || found.Start == "" {
		return record{}, false
	}
	return found, true
}

func (r Registry) write(name string, made record) error {
	content, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("write record of %s: %w", name, err)
	}
	return devenv.WriteFile(r.path(name), append(content, '\n'), 0o644)
}

func (r Registry) forget(name string) error {
	if err := os.Remove(r.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove record of %s: %w", name, err)
	}
	return nil
}

// Names returns the names of all processes on record, running or not, in
// alphabetical order.
func (r Registry) Names() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(r.Dir, "*"+suffix))
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), suffix))
	}
	return names, nil
}
