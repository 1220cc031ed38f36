package installation

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// RunWithSecrets runs the tests as Run does. It fails if a log of the programs then holds one of
// the secrets that the tests use.
func (s *Shared) RunWithSecrets(m *testing.M, secrets ...string) int {
	code := s.Run(m)
	if s.running == nil {
		return code
	}
	for _, leak := range s.running.leaked(secrets) {
		fmt.Fprintln(os.Stderr, leak)
		code = 1
	}
	return code
}

// leaked returns the logs that hold a secret.
func (i *Installation) leaked(secrets []string) (leaks []string) {
	files, err := filepath.Glob(filepath.Join(i.Dir, "*.log"))
	if err != nil || len(files) == 0 {
		return []string{fmt.Sprintf("no logs in %s: %v", i.Dir, err)}
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return []string{err.Error()}
		}
		for _, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				leaks = append(leaks, fmt.Sprintf("%s holds %q", file, secret))
			}
		}
	}
	return leaks
}
