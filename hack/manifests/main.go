package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

func main() {
	image := flag.String("image", "grantor", "image of the operator and of the servers")
	flag.Parse()
	if err := run(*image, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "manifests:", err)
		os.Exit(1)
	}
}

func run(image string, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("wanted the folder of a kustomization and a file to write, got %d arguments", len(args))
	}
	objects, err := devenv.Render(args[0])
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, object := range objects {
		if err := setImage(object, image); err != nil {
			return err
		}
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			return fmt.Errorf("write %s %s: %w", object.GetKind(), object.GetName(), err)
		}
		out.WriteString("---\n")
		out.Write(text)
	}
	if err := os.MkdirAll(filepath.Dir(args[1]), 0o755); err != nil {
		return err
	}
	return os.WriteFile(args[1], out.Bytes(), 0o644)
}
