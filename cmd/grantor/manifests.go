package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/internal/documents"
)

// readInputs reads files, of at most the given MiB together, so that a mistake does
// not fill the memory.
func readInputs(stdin io.Reader, files []string, most int64) ([]documents.Input, error) {
	if len(files) == 0 {
		files = []string{"-"}
	}
	var inputs []documents.Input
	left := most << 20
	for _, name := range files {
		content, err := readInput(stdin, name, left+1)
		if err != nil {
			return nil, err
		}
		if left -= int64(len(content)); left < 0 {
			return nil, fmt.Errorf("the input is larger than %d MiB", most)
		}
		if name == "-" {
			name = "standard input"
		}
		inputs = append(inputs, documents.Input{Name: name, Content: content})
	}
	return inputs, nil
}

func readInput(stdin io.Reader, name string, most int64) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, most))
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, most))
}

// writeManifests writes YAML documents to standard output.
func writeManifests(cmd *cobra.Command, manifests []map[string]any) error {
	for i, manifest := range manifests {
		text, err := yaml.Marshal(manifest)
		if err != nil {
			return fmt.Errorf("write a manifest: %w", err)
		}
		if i > 0 {
			text = append([]byte("---\n"), text...)
		}
		if _, err := cmd.OutOrStdout().Write(text); err != nil {
			return fmt.Errorf("write to standard output: %w", err)
		}
	}
	return nil
}
