package main

import (
	"os"
	"strings"
	"testing"
)

// TestPageShowsThisProgram: the guide promises all of it.
func TestPageShowsThisProgram(t *testing.T) {
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../guides/sign-in.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```go\n"+string(program)+"```\n") {
		t.Error("docs/guides/sign-in.md shows another program; copy main.go into it")
	}
}
