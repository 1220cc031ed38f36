package texts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// forPeople are the packages whose sentences users read: every text of them that looks like a
// sentence is one.
var forPeople = []string{
	"account", "applications", "authorization", "clientdocuments", "compat/owncloud", "connect", "device", "flow", "identity/upstream",
	"identity/directories", "registration/sealed/source.go",
}

// forPrograms are files of them whose sentences only programs and their developers read. What the
// catalogue has of them all the same, users read in their language.
var forPrograms = []string{
	"authorization/pushed/", "authorization/object/", "authorization/request/", "authorization/steps/", "authorization/code.go", "authorization/doc.go",
	"device/start.go", "device/polls.go", "flow/cookies.go", "flow/agent.go",
}

// calls are functions whose sentences users may read, wherever they are.
var calls = regexp.MustCompile(`^(T|BadRequest|Forbidden|Spent|Join|InvalidClient)$`)

// fields are those of pages and errors that have sentences.
var fields = regexp.MustCompile(`^(Description|Title|Message|Advice|Problem|Notice|Purpose)$`)

// sentence is what a text for people looks like: at least two words, and the first one with a
// capital letter.
var sentence = regexp.MustCompile(`^[A-Z][A-Za-z']* [^ ]`)

// found says where sentences are: required ones must be in the catalogue.
type found struct{ required, optional map[string]string }

// sources reads the sentences of Go code and of templates.
func sources(t *testing.T) found {
	t.Helper()
	f := found{map[string]string{}, map[string]string{}}
	root := ".."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		switch {
		case entry.IsDir() || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "texts/"):
		case strings.HasSuffix(name, ".go"):
			f.readGo(t, path, filepath.ToSlash(name))
		case strings.HasSuffix(name, ".html"):
			f.readTemplate(t, path, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func within(name string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool {
		return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
	})
}

func (f found) readGo(t *testing.T, path, name string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	people := within(name, forPeople) && !within(name, forPrograms)
	add := func(required bool, e ast.Expr) {
		if text, ok := constant(e); ok && text != "" {
			if required {
				f.required[text] = name
			} else {
				f.optional[text] = name
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			// Its tag is no sentence.
			return n.Tag == nil
		case *ast.CallExpr:
			called, of := "", ""
			switch fun := n.Fun.(type) {
			case *ast.Ident:
				called = fun.Name
			case *ast.SelectorExpr:
				called = fun.Sel.Name
				if pkg, ok := fun.X.(*ast.Ident); ok {
					of = pkg.Name
				}
			}
			if called == "T" && len(n.Args) > 0 {
				add(true, n.Args[0])
			} else if calls.MatchString(called) && of != "strings" && of != "errors" {
				for _, argument := range n.Args {
					if text, ok := constant(argument); ok && strings.Contains(text, " ") {
						add(people, argument)
					}
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && fields.MatchString(key.Name) {
				add(people, n.Value)
			}
		case *ast.BasicLit, *ast.BinaryExpr:
			if text, ok := constant(n.(ast.Expr)); ok && sentence.MatchString(text) {
				add(people, n.(ast.Expr))
				return false
			}
		}
		return true
	})
}

// constant returns a string, also one in several parts.
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := constant(e.X)
		right, also := constant(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	}
	return "", false
}

var (
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	said   = regexp.MustCompile(`\b[ts] "((?:[^"\\]|\\.)*)"`)
	tag    = regexp.MustCompile(`(?s)<[^>]*>`)
	label  = regexp.MustCompile(`\b(?:aria-label|alt|title|placeholder)="[^"]*[A-Za-z]`)
	letter = regexp.MustCompile(`[A-Za-z]{2,}`)
)

// readTemplate also finds texts that no function says.
func (f found) readTemplate(t *testing.T, path, name string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range said.FindAllStringSubmatch(string(content), -1) {
		text, err := strconv.Unquote(`"` + match[1] + `"`)
		if err != nil {
			t.Fatalf("%s: %s: %v", name, match[0], err)
		}
		f.required[text] = name
	}
	bare := action.ReplaceAllString(string(content), "")
	if found := label.FindString(bare); found != "" {
		t.Errorf("%s has an attribute in English alone: %s", name, found)
	}
	if found := letter.FindString(tag.ReplaceAllString(bare, "")); found != "" {
		t.Errorf("%s has a text in English alone, which t or s should say: %s", name, found)
	}
}
