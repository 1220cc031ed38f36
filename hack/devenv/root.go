package devenv

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// module is the first line of the go.mod that marks the repository's root; the
// tools below it have modules of their own.
const module = "module github.com/grantor-dev/grantor\n"

// RepoRoot returns the root of the repository that holds the working
// directory.
func RepoRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find repository root: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(content, []byte(module)) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find repository root: no go.mod of Grantor in %s or above", start)
		}
	}
}
