package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTheProgramHoldsNoForeignTools: fosite's helpers would bring test libraries, a
// second logger and exporters of traces into a program that the network reaches.
// internal/oryx takes their place.
func TestTheProgramHoldsNoForeignTools(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, "github.com/ory/fosite") {
		t.Fatalf("these are not the packages of the program: %d of them", len(packages))
	}
	for _, name := range packages {
		for _, tool := range []string{"testify", "gomock", "logrus", "jaeger", "zipkin", "/thrift/", "fosite/storage", "fosite/internal"} {
			if strings.Contains(name, tool) {
				t.Errorf("the program contains %s", name)
			}
		}
	}
}
