package ui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// samples returns every page with its parts filled in; text is what people and
// owners of applications chose.
func samples(text string) map[string]ui.Page {
	application := ui.Application{
		Name: text, ID: text, Namespace: text,
		LogoURI: "https://logos.example.com/a.png", HomeURI: "https://app.example.com", PolicyURI: text, TermsURI: text,
	}
	hidden := []ui.Field{{Name: "request", Value: text}, {Name: "submit", Value: text}}
	access := ui.Access{
		Scopes:    []ui.Scope{{Name: text}, {Name: "read", Description: text}},
		Audiences: []ui.Audience{{Name: text}, {Name: "https://api.example.com", DisplayName: text}},
		Offline:   true,
	}
	moment := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	return map[string]ui.Page{
		"login":            ui.Login{Application: &application, Action: "/login", Hidden: hidden, Username: text, Problem: texts.Said(text), CancelURI: text},
		"login elsewhere":  ui.Login{Purpose: texts.Said(text), Action: "/login", Hidden: hidden, NoPassword: true, Problem: texts.Said(text), Providers: []ui.Provider{{Name: text, DisplayName: text}}},
		"login directory":  ui.Login{Application: &application, Action: "/login", Hidden: hidden, At: text, Host: text, Providers: []ui.Provider{{Name: text, DisplayName: text}}},
		"login registered": ui.Login{Application: &application, Action: "/login", Hidden: hidden, Document: &ui.Document{Registered: true, RedirectHost: text}},
		"login document":   ui.Login{Application: &application, Action: "/login", Hidden: hidden, Document: &ui.Document{Host: text, RedirectHost: text}},
		"consent":          ui.Consent{Application: application, Action: "/consent", Hidden: hidden, Person: text, Username: text, Access: access, SwitchURI: text},
		"device": ui.Consent{Application: application, Action: "/consent", Hidden: hidden, Person: text, Username: text, Access: access, SwitchURI: text,
			Device: &ui.Device{Code: text, Agent: text, Address: text, Began: moment, Elsewhere: true}},
		"document": ui.Consent{Application: application, Action: "/consent", Hidden: hidden, Person: text, Username: text, Access: access, SwitchURI: text,
			Document: &ui.Document{Host: text, RedirectHost: text, Loopback: true}},
		"devicecode": ui.DeviceCode{Action: "/device", Hidden: hidden, Person: text, Username: text, SwitchURI: text, Code: text, Problem: texts.Said(text)},
		"note":       ui.Note{Title: texts.Said(text), Message: texts.Said(text)},
		"connect": ui.Connect{Action: "/connect/a/b", Hidden: hidden, Person: text, Username: text, SwitchURI: text, Problem: texts.Said(text),
			Namespace: text, Name: text, Host: text, TokenHost: text, ClientID: text, Scopes: []string{text, "offline_access"},
			Endpoint: text, Parameters: []ui.Field{{Name: "claims", Value: text}, {Name: "include_granted_scopes", Value: "true"}}},
		"formpost": ui.FormPost{To: text, Fields: hidden},
		"logout":   ui.Logout{Application: &application, Action: "/logout", Hidden: hidden, Person: text},
		"factor":   ui.Factor{Application: &application, Action: "/login/factor", Hidden: hidden, Person: text, Username: text, App: true, Recovery: true, Passkey: text, Problem: texts.Said(text), CancelURI: text},
		"enroll": ui.Enroll{Application: &application, Action: "/login/factor", Hidden: hidden, Person: text, Username: text, Required: true, URI: "otpauth://totp/a?secret=b", Secret: text,
			Problem: texts.Said(text), CancelURI: text},
		"codes": ui.Codes{Codes: []string{text, "b"}, Action: "/login/factor", Hidden: hidden},
		"security": ui.Security{Person: text, Username: text, Action: "/account/security", Hidden: hidden, AccountURI: text, Problem: texts.Said(text),
			App: moment, Recovery: 2, HasFactor: true, Failures: 1, Passkey: text, Passkeys: []ui.Passkey{{ID: text, Name: text, Added: moment, Used: moment}}},
		"password":     ui.Password{Action: "/account/password", Hidden: hidden, Person: text, Username: text, Shortest: 8, Problem: texts.Said(text), AccountURI: text},
		"password set": ui.PasswordSet{Person: text, Username: text, Others: texts.Said(text), AccountURI: text},
		"signedout":    ui.SignedOut{HomeURI: text},
		"failure":      ui.Failure{Status: 400, Title: texts.Said(text), Message: texts.Said(text), Advice: texts.Said(text), RequestID: text},
		"applications": ui.Applications{
			Person: text, Username: text, Action: "/applications", AccountURI: text, Searchable: true, Query: text,
			Listed: []ui.Listed{{Application: application, Host: text}, {Application: ui.Application{Name: text, ID: text, HomeURI: "https://b.example.com"}, Host: text}},
			Number: 2, Pages: 3, PreviousURI: text, NextURI: text,
		},
		"account": ui.Account{
			Person: text, Username: text, Action: "/account", Hidden: hidden, SignOutURI: text, StartURI: text, Notice: texts.Said(text),
			Logins: []ui.Session{{ID: text, Started: moment, Expires: moment, Current: true}, {ID: "b", Started: moment, Expires: moment}},
			Applications: []ui.Allowed{
				{ID: text, Application: application, Access: access, Since: moment},
				{ID: "r", Application: application, Since: moment, Registered: true, RedirectHosts: []string{text, text}},
			},
		},
	}
}

func newPages(t testing.TB, base string) *ui.Pages {
	t.Helper()
	pages, err := ui.New(func() string { return base }, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// written returns the answer with a page and its elements.
func written(t testing.TB, pages *ui.Pages, page ui.Page, policy ui.Policy) (*httptest.ResponseRecorder, []*html.Node) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := pages.Write(w, texts.English, http.StatusOK, page, policy); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	var elements []*html.Node
	for node := range root.Descendants() {
		if node.Type == html.ElementNode {
			elements = append(elements, node)
		}
	}
	return w, elements
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// find returns the elements with a tag and, unless the name is empty, this
// attribute.
func find(elements []*html.Node, tag, name, value string) []*html.Node {
	var found []*html.Node
	for _, e := range elements {
		if e.Data == tag && (name == "" || attribute(e, name) == value) {
			found = append(found, e)
		}
	}
	return found
}

func textOf(node *html.Node) string {
	var text strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			text.WriteString(child.Data)
		}
	}
	return text.String()
}
