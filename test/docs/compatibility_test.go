package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// behaviour is a row of docs/reference/compatibility.md.
type behaviour struct{ number, state, folder, test, subtest string }

var (
	numbered    = regexp.MustCompile(`^\| ([COGKX][0-9]+[a-z]?) \|`)
	namedTest   = regexp.MustCompile("`(test/[a-z0-9/]+|server/[a-z0-9/]+|internal/[a-z0-9/]+|controllers/[a-z0-9/]+)` `(Test[A-Za-z0-9]+)(?:/([^`]+))?`")
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
	for line := range strings.Lines(string(page)) {
		number := numbered.FindStringSubmatch(line)
		if number == nil {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) < 5 {
			t.Errorf("%s has %d columns", number[1], len(cells))
			continue
		}
		b := behaviour{number: number[1], state: strings.TrimSpace(cells[len(cells)-2])}
		if named := namedTest.FindStringSubmatch(cells[len(cells)-1]); named != nil {
			b.folder, b.test, b.subtest = named[1], named[2], named[3]
		}
		list = append(list, b)
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
		if b.test == "" {
			t.Errorf("%s names no test", b.number)
			continue
		}
		source := sourceOf(t, b.folder)
		if !strings.Contains(source, "func "+b.test+"(t *testing.T)") {
			t.Errorf("%s: there is no %s in %s", b.number, b.test, b.folder)
		}
		if b.subtest != "" && !regexp.MustCompile(`"`+regexp.QuoteMeta(b.subtest)+`[:"]`).MatchString(source) {
			t.Errorf("%s: there is no subtest %s of %s in %s", b.number, b.subtest, b.test, b.folder)
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
