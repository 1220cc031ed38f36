package factors

import (
	"net/http"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// staying sends whom a replica redirects to the issuer back to the replica.
type staying struct{ issuer, at string }

// RoundTrip implements http.RoundTripper.
func (s staying) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && s.at == "http://"+r.URL.Host {
		if path, ours := strings.CutPrefix(response.Header.Get("Location"), s.issuer); ours {
			response.Header.Set("Location", s.at+path)
		}
	}
	return response, err
}

// stayingAt returns a browser that stays at one replica.
func stayingAt(g *installation.Installation, at string) *installation.Visitor {
	return installation.NewVisitor(staying{g.Issuer, at}, g.Issuer, at)
}

// signedInAt reports whether a browser is signed in, as a replica sees it.
func signedInAt(t testing.TB, v *installation.Visitor, at string) bool {
	t.Helper()
	view := v.Get(t, at+"/account")
	return view.Status == http.StatusOK && strings.Contains(view.Body, "Where you are signed in")
}

// knownAt waits until a replica knows the user.
func (p *person) knownAt(t testing.TB, at string) {
	t.Helper()
	installation.Eventually(t, installation.Effective, func() bool {
		return p.at(t, stayingAt(p.g, at), at+"/account").Status == http.StatusOK
	}, func() string { return "replica that knows " + p.name })
}
