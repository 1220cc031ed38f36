package appearance

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 2}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// sending is a transport that adds headers, as browsers do.
type sending http.Header

// RoundTrip implements http.RoundTripper.
func (s sending) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	maps.Copy(r.Header, s)
	return http.DefaultTransport.RoundTrip(r)
}

// browser is one with headers, at all replicas.
func browser(g *installation.Installation, headers ...string) *installation.Visitor {
	sent := http.Header{}
	for n := 0; n < len(headers); n += 2 {
		sent.Add(headers[n], headers[n+1])
	}
	urls := []string{g.Issuer}
	for _, server := range g.Servers {
		urls = append(urls, server.Options().URL)
	}
	return installation.NewVisitor(sending(sent), urls...)
}

var root = regexp.MustCompile(`<html lang="([a-z]+)" dir="ltr">`)

// speaks fails the test unless a page is in a language and says something.
func speaks(t testing.TB, view installation.View, language, says string) {
	t.Helper()
	found := root.FindStringSubmatch(view.Body)
	if found == nil || found[1] != language || view.Header.Get("Content-Language") != language {
		t.Errorf("%s is in %v and not in %s (%d)", view.URL.Path, found, language, view.Status)
	}
	view.Shows(t, says)
}
