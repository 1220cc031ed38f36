package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestNeitherServerNorOperator: the plugin is for everyone's machine, and knows of both
// programs only what is pure.
func TestNeitherServerNorOperator(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		for _, foreign := range []string{"grantor-dev/grantor/server", "grantor-dev/grantor/controllers", "ory/fosite", "testify", "prometheus/client_golang/prometheus/promhttp"} {
			if strings.Contains(name, foreign) {
				t.Errorf("the program contains %s", name)
			}
		}
	}
}
