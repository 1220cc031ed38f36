package keys

import (
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/races"
)

func active(t testing.TB, app installation.App, at, token string) bool {
	t.Helper()
	answer := installation.Post(t, at+"/introspect", app.ID, app.Secret, url.Values{"token": {token}})
	if answer.Status != http.StatusOK {
		t.Fatalf("introspection answers %d %s", answer.Status, answer.Body)
	}
	is, _ := answer.JSON["active"].(bool)
	return is
}

// What people and applications hold counts after the root key was replaced, three times.
func TestNoSessionIsLostWithTheRootKey(t *testing.T) {
	g := grantor(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken, oauthv1alpha1.GrantClientCredentials}
	}))
	var urls []string
	for _, replica := range g.Servers {
		urls = append(urls, replica.Options().URL)
	}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	scope := url.Values{"scope": {"openid offline_access read"}}
	first := app.Tokens(t, v, "alice", scope)
	text := func(tokens map[string]any, name string) string {
		value, _ := tokens[name].(string)
		return value
	}
	refresh, access := text(first, "refresh_token"), text(first, "access_token")
	ended := text(installation.Post(t, g.Issuer+"/token", app.ID, app.Secret, installation.TokenForm("read")).JSON, "access_token")
	if answer := app.Post(t, "/revoke", url.Values{"token": {ended}}); answer.Status != http.StatusOK {
		t.Fatalf("revoking answers %d", answer.Status)
	}
	for round := range 3 {
		code, verifier := app.Code(t, v, "alice", scope)
		bring, pushedVerifier, _ := app.Push(t, scope)
		next := app.Refresh(t, refresh, nil)
		if next.Status != http.StatusOK {
			t.Fatalf("round %d: before, a refresh answers %d %s", round, next.Status, next.Body)
		}
		requestRotation(t, g, oauthv1alpha1.KeyUseRoot)
		for _, at := range urls {
			elsewhere := app
			elsewhere.Issuer = at
			if again := elsewhere.Refresh(t, refresh, nil); text(again.JSON, "refresh_token") != text(next.JSON, "refresh_token") {
				t.Errorf("round %d: a refresh that is tried again gives another successor: %d", round, again.Status)
			}
			if !active(t, app, at, access) {
				t.Errorf("round %d: an opaque token from before does not count", round)
			}
			if active(t, app, at, ended) {
				t.Errorf("round %d: a revoked token counts again", round)
			}
		}
		refresh = text(next.JSON, "refresh_token")
		if answer := app.Redeem(t, code, verifier, nil); answer.Status != http.StatusOK {
			t.Errorf("round %d: a code from before answers %d %s", round, answer.Status, answer.Body)
		}
		if view := v.Get(t, bring); app.Redeem(t, view.Param("code"), pushedVerifier, nil).Status != http.StatusOK {
			t.Errorf("round %d: a request that was pushed before leads to %d %v", round, view.Status, view.Elsewhere)
		}
		// Neither the password nor consent is asked for: prompt=none would be refused.
		silent := url.Values{"scope": scope["scope"], "prompt": {"none"}}
		if code, verifier = app.Code(t, v, "alice", silent); code == "" {
			t.Fatalf("round %d: the login or the consent is forgotten", round)
		}
		if answer := app.Redeem(t, code, verifier, nil); answer.Status != http.StatusOK {
			t.Errorf("round %d: a code after the rotation answers %d %s", round, answer.Status, answer.Body)
		}
	}
}

// Everything that can be done once is done once while replicas take another root key
// into use, each at its own moment.
func TestRacesWhileTheRootKeyIsReplaced(t *testing.T) {
	g := grantor(t)
	namespace := shared.Namespace(t)
	a := &races.Arena{
		App:   g.NewApp(t, installation.Application(namespace, "app")),
		Other: g.NewApp(t, installation.Application(namespace, "other")),
		Admin: g.Admin, Client: races.NewClient(http.DefaultTransport.(*http.Transport)), //nolint:forcetypeassert // it is one
	}
	for _, server := range g.Servers {
		a.Replicas = append(a.Replicas, server.Options().URL)
	}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	a.App.Code(t, v, "alice", url.Values{"scope": {"openid offline_access read"}})
	a.Cookies = v.Cookies(g.Issuer)

	stop := make(chan struct{})
	var work sync.WaitGroup
	var rounds atomic.Int32
	defer work.Wait()
	defer close(stop)
	work.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			for name, race := range map[string]func() error{
				"codes":       func() error { return a.Codes(t.Context(), 12) },
				"refreshes":   func() error { return a.Refreshes(t.Context(), 10) },
				"revocations": func() error { return a.Revocations(t.Context()) },
				"generations": func() error { return a.Generations(t.Context()) },
			} {
				if err := race(); err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
			}
			rounds.Add(1)
		}
	})
	// The races go on during each rotation, and one round of them ends after it,
	// however long that takes.
	for range 4 {
		requestRotation(t, g, oauthv1alpha1.KeyUseRoot)
		before := rounds.Load()
		installation.Eventually(t, time.Minute, func() bool { return rounds.Load() > before || t.Failed() },
			func() string { return "round of races that ended" })
	}
	t.Logf("%d rounds of races in 4 rotations", rounds.Load())
}
