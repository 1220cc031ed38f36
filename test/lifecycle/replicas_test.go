package lifecycle

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// endToEnd is how long tests wait until a changed or lost secret works everywhere, and until
// what became of a change is told.
const endToEnd = 30 * time.Second

// tokens asks every replica for a token of the service and returns the answers.
func tokens(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret string) []installation.Answer {
	t.Helper()
	remember([]byte(secret))
	answers := make([]installation.Answer, len(g.Servers))
	for n, server := range g.Servers {
		id, password, form := c.ClientID(), secret, installation.TokenForm("read")
		if c.Spec.Authentication.Method == oauthv1alpha1.AuthenticationPost {
			form.Set("client_id", id)
			form.Set("client_secret", password)
			id = ""
		}
		answers[n] = installation.Post(t, server.Options().URL+"/token", id, password, form)
		if token, _ := answers[n].JSON["access_token"].(string); token != "" {
			remember([]byte(token))
		}
	}
	return answers
}

// authenticates waits until every replica takes the secret.
func authenticates(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret string, bound time.Duration) {
	t.Helper()
	awaitStatus(t, g, c, secret, http.StatusOK, bound)
}

// refused waits until every replica refuses the secret as invalid_client.
func refused(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret string, bound time.Duration) {
	t.Helper()
	awaitStatus(t, g, c, secret, http.StatusUnauthorized, bound)
}

func awaitStatus(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret string, status int, bound time.Duration) {
	t.Helper()
	var last []installation.Answer
	installation.Eventually(t, bound, func() bool {
		last = tokens(t, g, c, secret)
		return all(last, func(a installation.Answer) bool { return a.Status == status })
	}, func() string { return fmt.Sprintf("answer %d of every replica; last: %v", status, statuses(last)) })
}

// neverAuthenticates fails if a replica takes the secret now.
func neverAuthenticates(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret, why string) {
	t.Helper()
	if answers := tokens(t, g, c, secret); !all(answers, func(a installation.Answer) bool { return a.Status == http.StatusUnauthorized }) {
		t.Errorf("%s: the replicas answer %v, not 401", why, statuses(answers))
	}
}

// stillAuthenticates fails if a replica refuses the secret now.
func stillAuthenticates(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret, why string) {
	t.Helper()
	if answers := tokens(t, g, c, secret); !all(answers, func(a installation.Answer) bool { return a.Status == http.StatusOK }) {
		t.Errorf("%s: the replicas answer %v, not 200", why, statuses(answers))
	}
}

// token returns an access token of the service.
func token(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret string) string {
	t.Helper()
	authenticates(t, g, c, secret, endToEnd)
	issued, _ := tokens(t, g, c, secret)[0].JSON["access_token"].(string)
	if issued == "" {
		t.Fatal("no access token")
	}
	return issued
}

// active waits until every replica says that the token is, or is not, active.
func active(t testing.TB, g *installation.Installation, caller *oauthv1alpha1.OAuthClient, secret, token string, want bool, bound time.Duration) {
	t.Helper()
	form := url.Values{"token": {token}}
	var last installation.Answer
	for _, server := range g.Servers {
		installation.Eventually(t, bound, func() bool {
			last = installation.Post(t, server.Options().URL+"/introspect", caller.ClientID(), secret, form)
			return last.Status == http.StatusOK && last.JSON["active"] == want
		}, func() string { return fmt.Sprintf("token with active=%t: %d %s", want, last.Status, last.Body) })
	}
}

func all[T any](list []T, holds func(T) bool) bool {
	for _, one := range list {
		if !holds(one) {
			return false
		}
	}
	return len(list) > 0
}

func statuses(answers []installation.Answer) []string {
	out := make([]string, len(answers))
	for n, answer := range answers {
		out[n] = fmt.Sprintf("%d %s", answer.Status, answer.Code())
	}
	return out
}
