package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	annotationsLine = "\nmetadata:\n  annotations:\n"
	// Helm deletes no kind, because every object of it would go along.
	kept = annotationsLine + "    helm.sh/resource-policy: keep\n"
	name = "\n  name: "
)

// customResources copies the text of the CRDs, each into a file of its own.
func customResources(config string, into files) error {
	paths, err := filepath.Glob(filepath.Join(config, "crd", "bases", "*.yaml"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("there are no CRDs in %s", config)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := literal(string(content))
		if strings.Count(text, annotationsLine) != 1 || !strings.Contains(text, name) {
			return fmt.Errorf("%s does not begin as controller-gen writes it", path)
		}
		text = strings.Replace(text, annotationsLine, kept, 1)
		text = strings.Replace(text, name, labelsLine+name, 1)
		base := filepath.Base(path)
		into["templates/crds/"+base] = generated("crd/bases/"+base) + when(".Values.crds.install", text)
	}
	return nil
}
