package ui_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/grantor-dev/grantor/server/ui"
)

// tags lists what a page consists of, without its texts and values.
func tags(elements []*html.Node) string {
	var list strings.Builder
	for _, e := range elements {
		if e.Data == "a" {
			continue // left out when it leads nowhere
		}
		list.WriteString(e.Data)
		for _, a := range e.Attr {
			list.WriteString(" " + a.Key)
		}
		list.WriteString("\n")
	}
	return strings.ReplaceAll(list.String(), "br\n", "")
}

// Whatever people call themselves and their applications is text.
func FuzzNamesAreText(f *testing.F) {
	for _, seed := range []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</title><h1>", "javascript:alert(1)", "'--></form>",
		"\u202etxt.exe", "{{.}}", "https://a.example/\"onclick=", "//evil.example", "/\\evil.example", "\x00\xff", "&lt;b&gt;", "data:text/html,<b>",
	} {
		f.Add(seed)
	}
	pages := newPages(f, "")
	plain := map[string]string{}
	for name, page := range samples("Alice") {
		_, elements := written(f, pages, page, ui.Policy{})
		plain[name] = tags(elements)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || text == "Alice" {
			return
		}
		for name, page := range samples(text) {
			_, elements := written(t, pages, page, ui.Policy{})
			got := tags(elements)
			// Without an application that has links, their paragraph is another one.
			if strings.Count(got, "\n") > strings.Count(plain[name], "\n")+1 {
				t.Errorf("%s has other elements with %q:\n%s\ninstead of\n%s", name, text, got, plain[name])
			}
			for _, e := range elements {
				checkInline(t, e)
				checkTarget(t, e)
			}
		}
	})
}

// checkTarget finds addresses that run something or that only look like this
// server's.
func checkTarget(t *testing.T, e *html.Node) {
	t.Helper()
	for _, a := range e.Attr {
		if a.Key != "href" && a.Key != "src" && a.Key != "action" || a.Val == "" {
			continue
		}
		u, err := url.Parse(a.Val)
		switch {
		case err != nil:
			t.Errorf("%s leads to %q: %v", e.Data, a.Val, err)
		case u.Scheme == "" && (u.Host != "" || !strings.HasPrefix(u.Path, "/")):
			t.Errorf("%s leads to %q", e.Data, a.Val)
		case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" && !strings.Contains(u.Scheme, "."):
			t.Errorf("%s leads to %q", e.Data, a.Val)
		}
	}
}

func TestCancelLeadsToApplicationsOnly(t *testing.T) {
	for uri, wanted := range map[string]bool{
		"https://app.example.com/cb?error=access_denied&state=a%20b": true,
		"http://127.0.0.1:4321/cb?error=access_denied":               true,
		"com.example.app:/cb?error=access_denied":                    true,
		"oc://ios.owncloud.com?error=access_denied":                  false,
		"/authorize/cancel":                                          true,
		"javascript:alert(1)":                                        false,
		"JavaScript:alert(1)":                                        false,
		"java\tscript:alert(1)":                                      false,
		"data:text/html,x":                                           false,
		"file:///etc/passwd":                                         false,
		"vbscript:x":                                                 false,
		"//evil.example/":                                            false,
		`/\evil.example/`:                                            false,
		"login":                                                      false,
	} {
		t.Run(uri, func(t *testing.T) {
			_, elements := written(t, newPages(t, ""), ui.Login{Action: "/login", CancelURI: uri}, ui.Policy{})
			if found := find(elements, "a", "href", uri); (len(found) == 1) != wanted || len(find(elements, "a", "", "")) != len(found) {
				t.Errorf("the links are %v", find(elements, "a", "", ""))
			}
		})
	}
}
