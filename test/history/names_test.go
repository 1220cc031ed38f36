package history

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	row  = regexp.MustCompile(`(?m)^\| (D\d\d) \|[^|]*\| (.*) \|$`)
	test = regexp.MustCompile("`([a-z0-9/]+)` `([^`]+)`")
)

// TestEachFaultHasATest compares the table of faults in docs/design/testing.md with the
// tests: each is there, and has the number of its fault in its name.
func TestEachFaultHasATest(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/design/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for _, fault := range row.FindAllStringSubmatch(string(page), -1) {
		for _, named := range test.FindAllStringSubmatch(fault[2], -1) {
			if first[fault[1]] == "" {
				first[fault[1]] = named[2]
			}
			if !hasTest(t, named[1], named[2]) {
				t.Errorf("%s: %s has no test %q", fault[1], named[1], named[2])
			}
		}
	}
	for n := 1; n <= 32; n++ {
		number := fmt.Sprintf("D%02d", n)
		if n != 26 && !strings.Contains(first[number], number) {
			t.Errorf("%s is not in the name of its test, %q", number, first[number])
		}
	}
}

// hasTest reports whether a package has a test or a subtest of that name.
func hasTest(t *testing.T, pkg, name string) bool {
	t.Helper()
	files, err := filepath.Glob("../../" + pkg + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+name+"(") || strings.Contains(string(text), `t.Run("`+name+`"`) {
			return true
		}
	}
	return false
}
