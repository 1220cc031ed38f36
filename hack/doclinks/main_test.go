package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const guide = `# Guide to ` + "`grantor`" + `

[good](other.md) [up](../README.md) [dir](.) [self](#two-words) [titled](other.md "Other")
[web](https://example.com/missing) [mail](mailto:a@example.com)
![picture](missing.png)
[gone](missing.md#x) [no heading](other.md#nothing) [heading](other.md#a-b_c)
<a href="absent.html">x</a> [absolute](/docs/guide.md)
` + "`[code](nowhere.md)`" + `

` + "```md" + `
[fenced](nowhere.md)
# Fenced heading
` + "```" + `

## Two words
## Two words

[second](#two-words-1) [third](#two-words-2) [fenced](#fenced-heading) [titled](#guide-to-grantor)

[label]: lost.md
`

func TestRunReportsEveryBrokenLink(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "README.md"), "[docs](docs)\n")
	write(t, filepath.Join(dir, "docs", "guide.md"), guide)
	write(t, filepath.Join(dir, "docs", "other.md"), "# A: b_c!\n")
	t.Chdir(dir)

	var out bytes.Buffer
	err := run([]string{"README.md", "docs"}, &out)
	if err == nil || err.Error() != "8 broken links" {
		t.Errorf("error %v", err)
	}
	want := []string{
		"docs/guide.md:5: missing.png does not exist",
		"docs/guide.md:6: missing.md#x does not exist",
		"docs/guide.md:6: other.md#nothing: no heading gives #nothing",
		"docs/guide.md:7: /docs/guide.md is absolute; links between documents are relative",
		"docs/guide.md:7: absent.html does not exist",
		"docs/guide.md:18: #two-words-2: no heading gives #two-words-2",
		"docs/guide.md:18: #fenced-heading: no heading gives #fenced-heading",
		"docs/guide.md:20: lost.md does not exist",
	}
	if got := strings.Split(strings.TrimSpace(out.String()), "\n"); !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRunAcceptsWorkingLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.md"), "# A\n[b](b.md#b) [a](#a)\n")
	write(t, filepath.Join(dir, "b.md"), "# B\n[a](a.md)\n")
	if err := run([]string{dir}, os.Stderr); err != nil {
		t.Error(err)
	}
}

func TestRunRefusesWhatIsNotThere(t *testing.T) {
	if err := run([]string{filepath.Join(t.TempDir(), "absent.md")}, os.Stderr); err == nil {
		t.Error("no error for a missing document")
	}
	if err := run([]string{t.TempDir()}, os.Stderr); err == nil {
		t.Error("no error for a directory without documents")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
