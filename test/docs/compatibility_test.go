package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// behaviour is a row of docs/reference/compatibility.md. Its test is named in the row, or its
// number is that of a subtest in the folder that the section names.
type behaviour struct{ number, state, folder, test, subtest string }

var (
	numbered    = regexp.MustCompile(`^\| ([COGKX][0-9]+[a-z]?) \|`)
	namedTest   = regexp.MustCompile("`((?:test|server|internal|controllers)/[a-z0-9/]+)` `(Test[A-Za-z0-9]+)(?:/([^`]+))?`")
	namedFolder = regexp.MustCompile("The numbers are those of the subtests in `(test/[a-z0-9/]+)`")
	states      = map[string]bool{"same": true, "stricter": true, "different": true, "not": true}
	leastOfEach = map[string]int{"C": 9, "O": 19, "G": 12, "K": 16}
)

func behaviours(t *testing.T) []behaviour {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root(t), "docs/reference/compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	var list []behaviour
	var columns []string
	folder := ""
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "#") {
			folder = ""
		}
		if named := namedFolder.FindStringSubmatch(line); named != nil {
			folder = named[1]
		}
		if strings.HasPrefix(line, "| # |") {
			columns = cells(line)
		}
		number := numbered.FindStringSubmatch(line)
		if number == nil {
			continue
		}
		row := cells(line)
		if len(row) != len(columns) {
			t.Errorf("%s has %d columns and not %d", number[1], len(row), len(columns))
			continue
		}
		b := behaviour{number: number[1], folder: folder, subtest: number[1]}
		if n := slices.Index(columns, "State"); n >= 0 {
			b.state = row[n]
		}
		if n := slices.Index(columns, "Test"); n >= 0 {
			b.folder = ""
			if named := namedTest.FindStringSubmatch(row[n]); named != nil {
				b.folder, b.test, b.subtest = named[1], named[2], named[3]
			}
		}
		list = append(list, b)
	}
	return list
}

// cells returns those of a row of a table.
func cells(line string) []string {
	list := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for n := range list {
		list[n] = strings.TrimSpace(list[n])
	}
	return list
}

// sourceOf returns the tests of a package as text.
func sourceOf(t *testing.T, folder string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root(t), filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(source)
	}
	return all.String()
}

// TestEveryCompatibilityClaimHasATest finds the test of each documented behaviour of another
// system.
func TestEveryCompatibilityClaimHasATest(t *testing.T) {
	t.Parallel()
	counts, seen := map[string]int{}, map[string]bool{}
	for _, b := range behaviours(t) {
		counts[b.number[:1]]++
		if seen[b.number] {
			t.Errorf("%s is there twice", b.number)
		}
		seen[b.number] = true
		if !states[b.state] {
			t.Errorf("%s has the state %q", b.number, b.state)
		}
		if b.folder == "" {
			t.Errorf("%s names no test", b.number)
			continue
		}
		source := sourceOf(t, b.folder)
		switch {
		case b.test != "" && !strings.Contains(source, "func "+b.test+"(t *testing.T)"):
			t.Errorf("%s: there is no %s in %s", b.number, b.test, b.folder)
		case b.test == "" && b.state == "not":
			// There is nothing to show.
		case b.subtest != "" && !regexp.MustCompile(`"`+regexp.QuoteMeta(b.subtest)+`[: "]`).MatchString(source):
			t.Errorf("%s: there is no subtest %s in %s", b.number, b.subtest, b.folder)
		}
		if b.subtest != "" && !strings.HasPrefix(b.subtest, b.number) {
			t.Errorf("%s names the test of %s", b.number, b.subtest)
		}
	}
	for letter, least := range leastOfEach {
		if counts[letter] < least {
			t.Errorf("of %s there are %d behaviours", letter, counts[letter])
		}
	}
}
