package account

import (
	"testing"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/ui"
)

// A page that cannot lead to the application must not keep the browser.
func TestSignedOutLeadsToTheApplication(t *testing.T) {
	const provider = "https://idp.example/logout"
	for name, test := range map[string]struct {
		uri, provider string
		page          bool
	}{
		"nowhere else":                     {"https://app.example/", "", false},
		"signed in at a provider":          {"https://app.example/", provider, true},
		"from a native application":        {"com.example.app:/out", provider, true},
		"from one whose scheme has no dot": {"oc://signed-out", provider, false},
		"the same, and nowhere else":       {"oc://signed-out", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			back := &leaving{Return: test.uri, State: []byte("a b")}
			want, page := test.uri+"?state=a%20b", ui.SignedOut{Elsewhere: "IdP", ElsewhereURI: test.provider}
			answer := (&Service{}).signedOut(&flow.Visit{}, nil, back, page)
			if !test.page {
				if answer.Location != want || answer.Page != nil {
					t.Errorf("the browser is sent to %q, page %+v", answer.Location, answer.Page)
				}
				return
			}
			shown, _ := answer.Page.(ui.SignedOut)
			if answer.Location != "" || shown.HomeURI != want || !ui.Links(shown.HomeURI) {
				t.Errorf("the browser is sent to %q, page %+v", answer.Location, answer.Page)
			}
		})
	}
}
