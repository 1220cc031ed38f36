package people

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/test/installation"
)

// replicas are the URLs of all replicas.
func replicas(t testing.TB) []string {
	t.Helper()
	var urls []string
	for _, server := range grantor(t).Servers {
		urls = append(urls, server.Options().URL)
	}
	return urls
}

// through is an application that talks to one replica.
func through(app installation.App, replica string) installation.App {
	app.Issuer = replica
	return app
}

func introspected(t testing.TB, app installation.App, token string) installation.Answer {
	t.Helper()
	return installation.Post(t, app.Issuer+"/introspect", app.ID, app.Secret, url.Values{"token": {token}})
}

// dead checks that nothing of an authorization counts at any replica.
func dead(t testing.TB, app installation.App, tokens map[string]any) {
	t.Helper()
	for _, replica := range replicas(t) {
		for _, token := range []string{bearer(tokens), refresh(tokens)} {
			if answer := introspected(t, through(app, replica), token); answer.Body != `{"active":false}` {
				t.Errorf("introspection at %s answers %s", replica, answer.Body)
			}
		}
		if answer := userinfo(t, replica, bearer(tokens)); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_token" {
			t.Errorf("userinfo at %s answers %d %s", replica, answer.Status, answer.Body)
		}
		denied(t, through(app, replica).Refresh(t, refresh(tokens), nil), "invalid_grant")
	}
}

// alive checks that access and refresh token count at every replica.
func alive(t testing.TB, app installation.App, tokens map[string]any) {
	t.Helper()
	for _, replica := range replicas(t) {
		for _, token := range []string{bearer(tokens), refresh(tokens)} {
			if answer := introspected(t, through(app, replica), token); answer.JSON["active"] != true {
				t.Errorf("introspection at %s answers %s", replica, answer.Body)
			}
		}
	}
}

// oidcc-codereuse: a caller that has code, credentials and verifier, and comes second,
// ends what the first one got.
func TestCodeReuse(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	code, verifier := app.Code(t, visitor(t), "alice", nil)
	tokens := tokensOf(t, app.Redeem(t, code, verifier, nil))
	alive(t, app, tokens)
	denied(t, through(app, replicas(t)[1]).Redeem(t, code, verifier, nil), "invalid_grant")
	dead(t, app, tokens)
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
}

// oidcc-codereuse-30seconds.
func TestCodeReuseAfter30Seconds(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	code, verifier := app.Code(t, visitor(t), "alice", nil)
	tokens := tokensOf(t, app.Redeem(t, code, verifier, nil))
	time.Sleep(30 * time.Second)
	alive(t, app, tokens)
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
	dead(t, app, tokens)
}

// Without credentials or verifier a second use changes nothing.
func TestCodeReuseWithoutProofChangesNothing(t *testing.T) {
	t.Parallel()
	app, other := newApp(t), newApp(t)
	code, verifier := app.Code(t, visitor(t), "alice", nil)
	tokens := tokensOf(t, app.Redeem(t, code, verifier, nil))
	thief, stranger := app, app
	thief.Secret, stranger.ID, stranger.Secret = "wrong", other.ID, other.Secret
	wrong, _ := installation.Verifier()
	for name, test := range map[string]struct {
		app      installation.App
		verifier string
		more     url.Values
		code     string
	}{
		"a wrong secret":       {thief, verifier, nil, "invalid_client"},
		"another client":       {stranger, verifier, nil, "invalid_grant"},
		"a wrong verifier":     {app, wrong, nil, "invalid_grant"},
		"no verifier":          {app, "", nil, "invalid_grant"},
		"another redirect_uri": {app, verifier, url.Values{"redirect_uri": {app.Redirect + "/"}}, "invalid_grant"},
		"a verifier too short": {app, verifier[:42], nil, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			denied(t, test.app.Redeem(t, code, test.verifier, test.more), test.code)
			alive(t, app, tokens)
		})
	}
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
	dead(t, app, tokens)
}

// oidcc-refresh-token: each refresh gives new tokens of the same person, with the time
// of the same sign-in.
func TestRefreshToken(t *testing.T) {
	t.Parallel()
	for _, change := range []string{"RS256", "ES256"} {
		app := newApp(t)
		if change == "ES256" {
			app = newApp(t, es256)
		}
		first := app.Tokens(t, visitor(t), "alice", url.Values{"scope": {"openid email"}, "nonce": {"n"}})
		nextSecond()
		second := tokensOf(t, app.Refresh(t, refresh(first), nil))
		was, is := verified(t, app, first, change), verified(t, app, second, change)
		for _, name := range []string{"sub", "iss", "aud", "auth_time", "email"} {
			if !equal(was[name], is[name]) {
				t.Errorf("%s was %v and is %v", name, was[name], is[name])
			}
		}
		if was["iat"] == is["iat"] || is["nonce"] != nil {
			t.Errorf("iat was %v and is %v; the nonce is %v", was["iat"], is["iat"], is["nonce"])
		}
		if refresh(first) == refresh(second) || bearer(first) == bearer(second) || second["scope"] != "openid email" {
			t.Errorf("a refresh answers %v after %v", second, first)
		}
	}
}

func equal(a, b any) bool { return a != nil && a == b }

// oidcc-refresh-token-rp-key-rotation and its kin: a refresh token is its client's.
func TestRefreshTokenOfAnotherClient(t *testing.T) {
	t.Parallel()
	app, other := newApp(t), newApp(t)
	first := app.Tokens(t, visitor(t), "alice", nil)
	second := tokensOf(t, app.Refresh(t, refresh(first), nil))
	for _, token := range []string{refresh(first), refresh(second)} {
		denied(t, other.Refresh(t, token, nil), "invalid_grant")
		if answer := introspected(t, other, token); answer.Body != `{"active":false}` {
			t.Errorf("another client learns %s", answer.Body)
		}
		denied(t, installation.Post(t, other.Issuer+"/revoke", other.ID, other.Secret, url.Values{"token": {token}}), "invalid_grant")
	}
	alive(t, app, second)
	tokensOf(t, app.Refresh(t, refresh(second), nil))
}
