package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: doclinks FILE_OR_DIRECTORY...")
		os.Exit(2)
	}
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "doclinks:", err)
		os.Exit(1)
	}
}

// run prints every broken link of the documents under roots as "file:line:
// reason", and fails if there is one.
func run(roots []string, out io.Writer) error {
	files, err := documents(roots)
	if err != nil {
		return err
	}
	broken := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read document: %w", err)
		}
		for _, l := range links(string(text)) {
			reason, err := problem(file, l.target)
			if err != nil {
				return err
			}
			if reason != "" {
				broken++
				if _, err := fmt.Fprintf(out, "%s:%d: %s\n", file, l.line, reason); err != nil {
					return fmt.Errorf("write report: %w", err)
				}
			}
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d broken links", broken)
	}
	return nil
}

// documents lists the Markdown files that roots name or contain.
func documents(roots []string) ([]string, error) {
	var files []string
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(path) == ".md" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list documents: %w", err)
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no documents found")
	}
	return files, nil
}
