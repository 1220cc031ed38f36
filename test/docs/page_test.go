package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// block is what is to be copied from a page into a shell.
type block struct {
	// page is the path of the page, section the heading above the block.
	page, section string
	text          string
}

// name is how lists name a block: its page and its first line.
func (b block) name() string {
	first, _, _ := strings.Cut(b.text, "\n")
	return b.page + ": " + first
}

// root returns the folder of the checkout.
func root(t testing.TB) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// blocks returns the commands of a page, in their order.
func blocks(t testing.TB, page string) []block {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), page))
	if err != nil {
		t.Fatal(err)
	}
	var list []block
	section, inside, indent := "", false, ""
	var text []string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimPrefix(strings.TrimSuffix(line, "\n"), indent)
		switch {
		case inside && line == "```":
			list = append(list, block{page: page, section: section, text: strings.Join(text, "\n")})
			inside, indent, text = false, "", nil
		case inside:
			text = append(text, line)
		case strings.TrimLeft(line, " ") == "```sh":
			inside, indent = true, strings.TrimSuffix(line, "```sh")
		case strings.HasPrefix(line, "#"):
			section = strings.TrimLeft(line, "# ")
		}
	}
	return list
}

// pages returns the paths of all pages.
func pages(t testing.TB) []string {
	t.Helper()
	var list []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "charts/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root(t), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			relative, err := filepath.Rel(root(t), path)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, filepath.ToSlash(relative))
		}
	}
	return list
}
