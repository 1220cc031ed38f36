package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// problem says why a link in file leads nowhere, or nothing if it does lead
// somewhere or is not ours to check.
func problem(file, target string) (string, error) {
	to, err := url.Parse(target)
	if err != nil {
		return fmt.Sprintf("%s is not a link: %v", target, err), nil
	}
	if to.Scheme != "" || to.Host != "" {
		return "", nil
	}
	if filepath.IsAbs(to.Path) {
		return target + " is absolute; links between documents are relative", nil
	}
	path := file
	if to.Path != "" {
		path = filepath.Join(filepath.Dir(file), filepath.FromSlash(to.Path))
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target + " does not exist", nil
	case err != nil:
		return "", fmt.Errorf("follow link: %w", err)
	case to.Fragment == "" || info.IsDir() || filepath.Ext(path) != ".md":
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read link's target: %w", err)
	}
	if !anchors(string(text))[to.Fragment] {
		return fmt.Sprintf("%s: no heading gives #%s", target, to.Fragment), nil
	}
	return "", nil
}
