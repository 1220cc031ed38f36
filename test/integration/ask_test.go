package integration

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// at returns the URL of a path at a replica.
func at(t testing.TB, replica int, path string) string {
	t.Helper()
	return grantor(t).Servers[replica].Options().URL + path
}

// step changes a request before it is sent.
type step func(*http.Request)

// ask sends a form to a URL, after all steps.
func ask(t testing.TB, to string, steps ...step) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	all(steps...)(request)
	return installation.Do(t, request)
}

func all(steps ...step) step {
	return func(r *http.Request) {
		for _, s := range steps {
			s(r)
		}
	}
}

// add appends a parameter to the body.
func add(name, value string) step {
	return addRaw(url.QueryEscape(name) + "=" + url.QueryEscape(value))
}

// addRaw appends what is not a proper parameter, perhaps.
func addRaw(text string) step {
	return func(r *http.Request) {
		former, _ := io.ReadAll(r.Body)
		whole := text
		if len(former) > 0 {
			whole = string(former) + "&" + text
		}
		body("", whole)(r)
	}
}

// body replaces the body and, unless it is empty, its type.
func body(contentType, text string) step {
	return func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
	}
}

// header replaces a header; without values it removes it.
func header(name string, values ...string) step {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func method(m string) step { return func(r *http.Request) { r.Method = m } }

func query(q string) step { return func(r *http.Request) { r.URL.RawQuery = q } }

// basic authenticates as RFC 6749 section 2.3.1 says.
func basic(id, secret string) step {
	return func(r *http.Request) { r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret)) }
}

// asking are the parameters of a token request that any service may send.
func asking() step { return all(add("grant_type", "client_credentials"), add("scope", "read")) }

// token asks a replica for an access token of the party.
func (p party) token(t testing.TB, replica int, steps ...step) string {
	t.Helper()
	steps = append([]step{p.authentication(), add("grant_type", "client_credentials")}, steps...)
	answer := ask(t, at(t, replica, "/token"), steps...)
	token, _ := answer.JSON["access_token"].(string)
	if answer.Status != http.StatusOK || token == "" {
		t.Fatalf("the token endpoint answers %d %s", answer.Status, answer.Body)
	}
	return token
}

// introspect asks a replica about a token, as the party.
func (p party) introspect(t testing.TB, replica int, token string) installation.Answer {
	t.Helper()
	return ask(t, at(t, replica, "/introspect"), p.authentication(), add("token", token))
}

// revoke ends a token at a replica, as the party.
func (p party) revoke(t testing.TB, replica int, token string) installation.Answer {
	t.Helper()
	return ask(t, at(t, replica, "/revoke"), p.authentication(), add("token", token))
}
