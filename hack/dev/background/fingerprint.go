package background

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
)

// fingerprint changes with everything that the process was started with: its
// arguments, and what is in its files, wherever those lie.
func (s Spec) fingerprint() (string, error) {
	sum := sha256.New()
	for _, arg := range s.Args {
		addString(sum, arg)
	}
	for _, path := range append([]string{s.Binary}, s.Inputs...) {
		if err := addFile(sum, path); err != nil {
			return "", fmt.Errorf("compare %s with what runs: %w", s.Name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// addString adds the length too, so that no two lists look the same.
func addString(sum hash.Hash, s string) {
	_, _ = fmt.Fprintf(sum, "%d:%s;", len(s), s)
}

func addFile(sum hash.Hash, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	content := sha256.New()
	if _, err := io.Copy(content, file); err != nil {
		return err
	}
	addString(sum, string(content.Sum(nil)))
	return nil
}
