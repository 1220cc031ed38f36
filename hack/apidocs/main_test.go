package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReferenceIsGolden(t *testing.T) {
	out := t.TempDir()
	if err := run("testdata", out); err != nil {
		t.Fatal(err)
	}
	for page, golden := range map[string]string{"api.md": "index.md", "api/widget.md": "widget.md"} {
		got, err := os.ReadFile(filepath.Join(out, page))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", golden))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from testdata/%s; it is now:\n%s", page, golden, got)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for name, content := range map[string]string{
		"an empty directory":        "",
		"what is not a definition":  "spec: [",
		"a field that nobody knows": "spec: {versionz: []}",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if content != "" {
				if err := os.WriteFile(filepath.Join(dir, "crd.yaml"), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := run(dir, t.TempDir()); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestCodeSurvivesBackquotes(t *testing.T) {
	for text, want := range map[string]string{
		"a":    "`a`",
		"a|b":  "`a\\|b`",
		"a`b":  "``a`b``",
		"`a":   "`` `a ``",
		"a\nb": "`a b`",
	} {
		if got := code(text); got != want {
			t.Errorf("code(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestProseIsTextOutsideOfCode(t *testing.T) {
	for text, want := range map[string]string{
		"<name> or `<name>`": "&lt;name&gt; or `<name>`",
		"an odd ` and <b>":   "an odd ` and &lt;b&gt;",
		"any * of *":         `any \* of \*`,
		"a|b":                `a\|b`,
	} {
		if got := prose(text); got != want {
			t.Errorf("prose(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestParagraphs(t *testing.T) {
	got := strings.Join(paragraphs("One\ntwo.\n\nThree:\n- four\n  five\n* six\n\nSeven."), "\n")
	want := "One two.\nThree:\n• four five\n• six\nSeven."
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
