package main

import (
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

func main() {
	version := flag.String("version", "dev", "version of the program")
	revision := flag.String("revision", "unknown", "commit that it was built from")
	flag.Parse()
	if err := run(*version, *revision, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(version, revision string, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("wanted a binary and a file to write, got %d arguments", len(args))
	}
	info, err := buildinfo.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("read what %s is made of: %w", args[0], err)
	}
	content, err := json.MarshalIndent(describe(info, version, revision), "", "  ")
	if err != nil {
		return fmt.Errorf("write SPDX: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(args[1]), 0o755); err != nil {
		return err
	}
	return os.WriteFile(args[1], append(content, '\n'), 0o644)
}

// describe lists the program, the Go distribution and every module of others.
func describe(info *debug.BuildInfo, version, revision string) document {
	program := module(info.Main.Path, version)
	program.Comment = "built from commit " + revision
	d := newDocument(program, revision)
	d.add(program.ID, goDistribution(info.GoVersion))
	for _, dependency := range info.Deps {
		if dependency.Replace != nil {
			dependency = dependency.Replace
		}
		if strings.HasPrefix(dependency.Path, "./") {
			continue // a folder of this repository is part of the program
		}
		d.add(program.ID, module(dependency.Path, dependency.Version))
	}
	return d
}
