package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestDescribe(t *testing.T) {
	d := describe(&debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Path: "example.com/program", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "example.com/a_b", Version: "v1.2.3"},
			{Path: "example.com/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/new", Version: "v2.0.0"}},
			{Path: "example.com/ours", Version: "v1.0.0", Replace: &debug.Module{Path: "./internal/ours", Version: "(devel)"}},
		},
	}, "v0.1.0", "abc")
	wanted := map[string]string{
		"pkg:golang/example.com/program@v0.1.0": "SPDXRef-example.com-program-v0.1.0",
		"pkg:golang/stdlib@1.26.8":              "SPDXRef-stdlib-1.26.8",
		"pkg:golang/example.com/a_b@v1.2.3":     "SPDXRef-example.com-a-b-v1.2.3",
		"pkg:golang/example.com/new@v2.0.0":     "SPDXRef-example.com-new-v2.0.0",
	}
	if len(d.Packages) != len(wanted) || len(d.Relationships) != len(wanted) {
		t.Fatalf("%d packages and %d relationships, want %d of each", len(d.Packages), len(d.Relationships), len(wanted))
	}
	for _, p := range d.Packages {
		if id := wanted[p.References[0].Locator]; id != p.ID {
			t.Errorf("%s has ID %s, want %q", p.References[0].Locator, p.ID, id)
		}
	}
}

// The test binary itself is a Go program.
func TestRun(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "new", "sbom.json")
	if err := run("v1", "abc", []string{self, file}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(content, &d); err != nil {
		t.Fatal(err)
	}
	if d.Version != "SPDX-2.3" || len(d.Packages) < 2 {
		t.Errorf("got %s", content)
	}
	if err := run("v1", "abc", []string{filepath.Join(t.TempDir(), "none"), file}); err == nil {
		t.Error("a binary that is not there was described")
	}
}
