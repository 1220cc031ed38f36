package browser

import (
	"maps"
	"net/http"
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// input is what the scenarios take; see visits.mjs.
type input struct {
	Issuer            string `json:"issuer"`
	AuthorizeURL      string `json:"authorizeURL"`
	OtherAuthorizeURL string `json:"otherAuthorizeURL"`
	RedirectURI       string `json:"redirectURI"`
	Username          string `json:"username"`
	Password          string `json:"password"`
	OtherUsername     string `json:"otherUsername"`
	OtherPassword     string `json:"otherPassword"`
	LogoutURL         string `json:"logoutURL"`
	AccountURL        string `json:"accountURL"`
	JavaScript        bool   `json:"javaScript"`
	Decision          string `json:"decision,omitempty"`
}

// screen is what a page says; see visits.mjs.
type screen struct {
	URL, Title, Heading, Problem, Text string
	Username, Password                 string
	Status                             int
	AsksPassword, AsksConsent          bool
}

// answer is what the application was told, and method how.
type answer map[string]string

// passage is a way from a request to an answer, and what was asked on it.
type passage struct {
	Asked  []string
	Answer answer
}

// party is an application with a web site on another origin.
type party struct {
	installation.App
	site
	// verifiers are those of its requests, by their state.
	verifiers map[string]string
}

func newParty(t *testing.T, changes ...func(*oauthv1alpha1.OAuthClient)) *party {
	t.Helper()
	s := newSite(t)
	change := func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.DisplayName = "Team Wiki"
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(s.Other + "/callback"), oauthv1alpha1.RedirectURI(s.Other + "/onward")}
		c.Spec.PostLogoutRedirectURIs = c.Spec.RedirectURIs
		for _, f := range changes {
			f(c)
		}
	}
	p := &party{App: grantor(t).NewApp(t, installation.Application(shared.Namespace(t), "app", change)), site: s, verifiers: map[string]string{}}
	p.Redirect = s.Other + "/callback"
	return p
}

// request returns the URL of a request with a state.
func (p *party) request(state string, more url.Values) string {
	values := url.Values{"state": {state}, "scope": {"openid profile email"}}
	maps.Copy(values, more)
	to, verifier := p.AuthorizationURL(values)
	p.verifiers[state] = verifier
	return to
}

// input returns the input for alice, and for bob as somebody else.
func (p *party) input(more url.Values) input {
	return input{
		Issuer: p.Issuer, AuthorizeURL: p.request("one", more), OtherAuthorizeURL: p.request("two", more), RedirectURI: p.Redirect,
		LogoutURL: p.Issuer + "/logout", AccountURL: p.Issuer + "/account", JavaScript: true,
		Username: "alice", Password: "alice-password", OtherUsername: "bob", OtherPassword: "bob-password",
	}
}

// insistOn checks that an answer belongs to a request and that its code is worth
// tokens of a person.
func (p *party) insistOn(t *testing.T, got answer, state, username string) {
	t.Helper()
	if got["state"] != state || got["iss"] != p.Issuer || got["code"] == "" {
		t.Fatalf("the application was told %v", got)
	}
	tokens := p.Redeem(t, got["code"], p.verifiers[state], nil)
	token, _ := tokens.JSON["access_token"].(string)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Issuer+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if claims := installation.Do(t, request); claims.JSON["preferred_username"] != username {
		t.Errorf("the code gives %d %v, which is worth %d %s", tokens.Status, tokens.Code(), claims.Status, claims.Body)
	}
}
