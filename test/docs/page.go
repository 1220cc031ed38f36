package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Block is what is to be copied from a page into a shell.
type Block struct {
	// Page is the path of the page, Section the heading above the block.
	Page, Section string
	Text          string
}

// name is how lists name a block: its page and its first line.
func (b Block) name() string {
	first, _, _ := strings.Cut(b.Text, "\n")
	return b.Page + ": " + first
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

// Blocks returns the commands of a page, in their order.
func Blocks(t testing.TB, page string) []Block {
	t.Helper()
	return Fenced(t, page, "sh")
}

// Fenced returns the blocks of a page that are in one language.
func Fenced(t testing.TB, page, language string) []Block {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), page))
	if err != nil {
		t.Fatal(err)
	}
	var list []Block
	section, inside, indent := "", false, ""
	var text []string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimPrefix(strings.TrimSuffix(line, "\n"), indent)
		switch {
		case inside && line == "```":
			list = append(list, Block{Page: page, Section: section, Text: strings.Join(text, "\n")})
			inside, indent, text = false, "", nil
		case inside:
			text = append(text, line)
		case strings.TrimLeft(line, " ") == "```"+language:
			inside, indent = true, strings.TrimSuffix(line, "```"+language)
		case strings.HasPrefix(line, "#"):
			section = strings.TrimLeft(line, "# ")
		}
	}
	return list
}

// Pages returns the paths of all pages.
func Pages(t testing.TB) []string {
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
