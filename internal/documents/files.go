package documents

import (
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/yaml"
)

// Files reads files, of at most the given MiB together, so that a mistake does not fill the
// memory. Without any, and for "-", that is standard input.
func Files(stdin io.Reader, names []string, most int64) ([]Input, error) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	var inputs []Input
	left := most << 20
	for _, name := range names {
		content, err := contentOf(stdin, name, left+1)
		if err != nil {
			return nil, err
		}
		if left -= int64(len(content)); left < 0 {
			return nil, fmt.Errorf("the input is larger than %d MiB", most)
		}
		if name == "-" {
			name = "standard input"
		}
		inputs = append(inputs, Input{Name: name, Content: content})
	}
	return inputs, nil
}

func contentOf(stdin io.Reader, name string, most int64) ([]byte, error) {
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

// Write writes manifests as YAML documents.
func Write(w io.Writer, manifests []map[string]any) error {
	for i, manifest := range manifests {
		text, err := yaml.Marshal(manifest)
		if err != nil {
			return fmt.Errorf("write a manifest: %w", err)
		}
		if i > 0 {
			text = append([]byte("---\n"), text...)
		}
		if _, err := w.Write(text); err != nil {
			return fmt.Errorf("write the manifests: %w", err)
		}
	}
	return nil
}
