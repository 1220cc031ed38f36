package ui_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

func TestEveryPageCanBeReadByMachines(t *testing.T) {
	for name, page := range samples("Alice") {
		t.Run(name, func(t *testing.T) {
			w, elements := written(t, newPages(t, "/auth"), page, ui.Policy{})
			for _, tag := range []string{"h1", "main", "title"} {
				if found := find(elements, tag, "", ""); len(found) != 1 || strings.TrimSpace(textOf(found[0])) == "" {
					t.Errorf("%d elements %s", len(found), tag)
				}
			}
			if len(find(elements, "html", "lang", "en")) != 1 {
				t.Error("the page has no language")
			}
			ids := map[string]bool{}
			for _, e := range elements {
				if id := attribute(e, "id"); id != "" && ids[id] {
					t.Errorf("two elements have the ID %s", id)
				} else if id != "" {
					ids[id] = true
				}
			}
			for _, e := range elements {
				checkReferences(t, elements, ids, e)
				checkInline(t, e)
			}
			if w.Body.Len() > 12<<10 {
				t.Errorf("the page has %d bytes", w.Body.Len())
			}
		})
	}
}

// checkReferences finds labels for inputs, and the targets of ARIA references.
func checkReferences(t *testing.T, elements []*html.Node, ids map[string]bool, e *html.Node) {
	t.Helper()
	for _, reference := range []string{"aria-describedby", "aria-labelledby", "for"} {
		for id := range strings.FieldsSeq(attribute(e, reference)) {
			if !ids[id] {
				t.Errorf("%s of %s names %q, which is not there", reference, e.Data, id)
			}
		}
	}
	if e.Data == "input" && attribute(e, "type") != "hidden" && len(find(elements, "label", "for", attribute(e, "id"))) != 1 {
		t.Errorf("the input %s has no label", attribute(e, "name"))
	}
}

// checkInline finds what the Content-Security-Policy would not let run.
func checkInline(t *testing.T, e *html.Node) {
	t.Helper()
	if e.Data == "style" || e.Data == "script" && attribute(e, "src") == "" {
		t.Errorf("an inline %s", e.Data)
	}
	for _, a := range e.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			t.Errorf("%s has an attribute %s", e.Data, a.Key)
		}
	}
}

func TestFormsFollowTheContract(t *testing.T) {
	all := samples("Alice")
	for name, test := range map[string]struct {
		page    string
		action  string
		inputs  []string
		buttons []string
	}{
		"signing in takes a name and a password":   {"login", "/auth/login", []string{"request=Alice", "submit=Alice", "username=Alice", "password="}, []string{"="}},
		"consent is allowed or denied":             {"consent", "/auth/consent", []string{"request=Alice", "submit=Alice"}, []string{"decision=allow", "decision=deny"}},
		"signing out is allowed or denied":         {"logout", "/auth/logout", []string{"request=Alice", "submit=Alice"}, []string{"decision=allow", "decision=deny"}},
		"an application is withdrawn from by name": {"account", "/auth/account", []string{"request=Alice", "submit=Alice", "action=withdraw", "id=Alice"}, []string{"="}},
	} {
		t.Run(name, func(t *testing.T) {
			_, elements := written(t, newPages(t, "/auth"), all[test.page], ui.Policy{})
			form := find(elements, "form", "", "")[0]
			if attribute(form, "method") != "post" || attribute(form, "action") != test.action {
				t.Errorf("the form is %v", form.Attr)
			}
			var inputs, buttons []string
			for node := range form.Descendants() {
				switch node.Data {
				case "input":
					inputs = append(inputs, attribute(node, "name")+"="+attribute(node, "value"))
				case "button":
					buttons = append(buttons, attribute(node, "name")+"="+attribute(node, "value"))
				}
			}
			if !slices.Equal(inputs, test.inputs) || !slices.Equal(buttons, test.buttons) {
				t.Errorf("inputs %v, buttons %v", inputs, buttons)
			}
		})
	}
}

func TestConsentSaysWhoAsksForWhat(t *testing.T) {
	_, elements := written(t, newPages(t, ""), ui.Consent{
		Application: ui.Application{Name: "Wiki", ID: "team-a.wiki", Namespace: "team-a", TermsURI: "https://wiki.example.com/terms"},
		Action:      "/consent", Person: "Alice Example", Username: "alice", SwitchURI: "/login?switch",
		Access: ui.Access{
			Scopes:    []ui.Scope{{Name: "read", Description: "Read your pages"}, {Name: "offline_access"}, {Name: "phone", Description: "Read your phone number", Nothing: true}},
			Audiences: []ui.Audience{{Name: "https://payroll.example", DisplayName: "Payroll"}, {Name: "team-a.api"}},
		},
	}, ui.Policy{})
	text := textOf(find(elements, "main", "", "")[0])
	for _, wanted := range []string{"Wiki", "Namespace team-a", "team-a.wiki", "Read your pages", "offline_access", "Read your phone number (your account has none)", "Signed in as Alice Example (alice)", "services in your name", "Payroll https://payroll.example", "team-a.api"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("%q is missing in %s", wanted, text)
		}
	}
	if strings.Count(text, "has none") != 1 {
		t.Errorf("the page says of too much that there is none: %s", text)
	}
	if strings.Contains(text, "Privacy") || len(find(elements, "img", "", "")) != 0 {
		t.Error("the page shows what the application does not have")
	}
	if len(find(elements, "a", "href", "/login?switch")) != 1 {
		t.Error("nobody can switch")
	}
	if terms := find(elements, "a", "href", "https://wiki.example.com/terms"); len(terms) != 1 || attribute(terms[0], "rel") != "noreferrer noopener" {
		t.Errorf("the terms are linked as %v", terms)
	}
}

// What the page says of how much, and for how long, is true.
func TestConsentSaysHowFarItGoes(t *testing.T) {
	const nothing, stays = "It asks for no particular permission", "while you are away and after you sign out"
	for name, test := range map[string]struct {
		access         ui.Access
		nothing, stays bool
	}{
		"nothing":            {ui.Access{}, true, false},
		"a scope":            {ui.Access{Scopes: []ui.Scope{{Name: "openid"}}}, false, false},
		"an audience":        {ui.Access{Audiences: []ui.Audience{{Name: "api"}}}, false, false},
		"a refresh token":    {ui.Access{Offline: true}, false, true},
		"a scope that stays": {ui.Access{Scopes: []ui.Scope{{Name: "openid"}}, Offline: true}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := written(t, newPages(t, ""), ui.Consent{Action: "/consent", Access: test.access}, ui.Policy{})
			if body := w.Body.String(); strings.Contains(body, nothing) != test.nothing || strings.Contains(body, stays) != test.stays {
				t.Errorf("the page says %s", body)
			}
			account := ui.Account{Action: "/account", Applications: []ui.Allowed{{ID: "1", Access: test.access}}}
			if w, _ := written(t, newPages(t, ""), account, ui.Policy{}); strings.Contains(w.Body.String(), stays) != test.stays {
				t.Errorf("the account page says %s", w.Body)
			}
		})
	}
}

// A name that an application chose for itself is not shown as if anyone vouched for it.
func TestApplicationsThatRegistered(t *testing.T) {
	const says, goes = "Nobody has verified it", "Answers go to <bdi>app.example</bdi>, <bdi>localhost</bdi>."
	for name, test := range map[string]struct {
		shown      ui.Allowed
		says, goes bool
	}{
		"an OAuthClient": {ui.Allowed{}, false, false},
		"one that ended": {ui.Allowed{Registered: true}, true, false},
		"one that is":    {ui.Allowed{Registered: true, RedirectHosts: []string{"app.example", "localhost"}}, true, true},
	} {
		w, _ := written(t, newPages(t, ""), ui.Account{Action: "/account", Applications: []ui.Allowed{test.shown}}, ui.Policy{})
		if body := w.Body.String(); strings.Contains(body, says) != test.says || strings.Contains(body, goes) != test.goes {
			t.Errorf("%s: the page says %s", name, body)
		}
	}
}

func TestTheFocusIsWhereTypingGoesOn(t *testing.T) {
	for username, wanted := range map[string]string{"": "username", "alice": "password"} {
		_, elements := written(t, newPages(t, ""), ui.Login{Action: "/login", Username: username}, ui.Policy{})
		if focus := find(elements, "input", "id", wanted); !slices.ContainsFunc(focus[0].Attr, func(a html.Attribute) bool { return a.Key == "autofocus" }) {
			t.Errorf("with the username %q the input %s has no focus", username, wanted)
		}
	}
}

// The issuer can change while the server runs.
func TestTheBaseIsAskedForEveryPage(t *testing.T) {
	base := "/one"
	pages, err := ui.New(func() string { return base }, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, base = range []string{"/one", "/two", ""} {
		w := httptest.NewRecorder()
		if err := pages.Write(w, texts.English, 200, ui.Login{Action: "/login"}, ui.Policy{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(w.Body.String(), `action="`+base+`/login"`) || !strings.Contains(w.Body.String(), `href="`+base+`/assets/grantor-`) {
			t.Errorf("with the base %q: %s", base, w.Body)
		}
	}
}
