package ui_test

import (
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/ui"
)

// Where no host tells the application, its owner has chosen everything in sight but the namespace
// and the client ID.
func TestTheAskerIsInSight(t *testing.T) {
	application := ui.Application{Name: "Platform CLI", Namespace: "team-x", ID: "team-x.cli"}
	const origin = `<p class="origin">Namespace <bdi>team-x</bdi>, ID <bdi>team-x.cli</bdi></p>`
	for name, test := range map[string]struct {
		page   ui.Page
		behind bool
	}{
		"sign-in":                   {ui.Login{Application: &application}, false},
		"sign-in with a host":       {ui.Login{Application: &application, Host: "app.example"}, true},
		"sign-in with a document":   {ui.Login{Application: &application, Document: &ui.Document{Host: "app.example"}}, true},
		"consent":                   {ui.Consent{Application: application}, false},
		"consent for a device":      {ui.Consent{Application: application, Device: &ui.Device{Code: "A"}}, false},
		"consent with a host":       {ui.Consent{Application: application, Host: "app.example"}, true},
		"consent with a document":   {ui.Consent{Application: application, Document: &ui.Document{Host: "app.example"}}, true},
		"consent of a registration": {ui.Consent{Application: application, Document: &ui.Document{Registered: true}}, true},
	} {
		w, _ := written(t, newPages(t, ""), test.page, ui.Policy{})
		body := w.Body.String()
		if strings.Count(body, origin) != 1 || strings.Contains(body, "</summary>"+origin) != test.behind {
			t.Errorf("%s: the page says %s", name, body)
		}
	}
}
