package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// held is what an application has of a person at some time: tokens, and a code that
// was not redeemed.
type held struct {
	tokens         map[string]any
	code, verifier string
}

func holding(t testing.TB, app installation.App, v *installation.Visitor, username string, more url.Values) held {
	t.Helper()
	h := held{tokens: app.Tokens(t, v, username, more)}
	h.code, h.verifier = app.Code(t, v, username, more)
	return h
}

// ends checks that nothing of it counts at any replica within 2 seconds: what a code
// and a refresh token are answered, userinfo, and introspection.
func (h held) ends(t testing.TB, app installation.App, code string) {
	t.Helper()
	userinfoEnds(t, h.tokens)
	for _, replica := range replicas(t) {
		denied(t, through(app, replica).Redeem(t, h.code, h.verifier, nil), code)
		denied(t, through(app, replica).Refresh(t, refresh(h.tokens), nil), code)
		if code != "invalid_client" {
			for _, token := range []string{bearer(h.tokens), refresh(h.tokens)} {
				if answer := introspected(t, through(app, replica), token); answer.Body != `{"active":false}` {
					t.Errorf("introspection at %s answers %s", replica, answer.Body)
				}
			}
		}
	}
}

// Choice "a client deleted, suspended or narrowed", deleted: a client of the same name
// is another one.
func TestD20ClientDeleted(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	h := holding(t, app, v, "alice", nil)
	view, _ := authorize(t, app, v, url.Values{"prompt": {"consent"}})
	asksToAgree(t, view)
	if err := grantor(t).Admin.Delete(t.Context(), app.Object); err != nil {
		t.Fatal(err)
	}
	h.ends(t, app, "invalid_client")
	errorPage(t, v.Decide(t, view, "allow"))
	view, _ = authorize(t, app, v, nil)
	errorPage(t, view)

	var again installation.App
	installation.Eventually(t, 15*time.Second, func() bool {
		err := grantor(t).Admin.Get(t.Context(), client.ObjectKeyFromObject(app.Object), &oauthv1alpha1.OAuthClient{})
		return client.IgnoreNotFound(err) == nil && err != nil
	}, func() string { return "end of the client" })
	again = grantor(t).NewApp(t, installation.Application(app.Object.Namespace, app.Object.Name))
	view, _ = authorize(t, again, v, nil)
	asksToAgree(t, view)
	h.ends(t, again, "invalid_grant")
}

// The same, suspended: it is revived.
func TestClientSuspended(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	h := holding(t, app, v, "alice", nil)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	h.ends(t, app, "invalid_client")
	view, _ := authorize(t, app, v, nil)
	errorPage(t, view)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = false })
	effective(t, func() bool { return userinfo(t, app.Issuer, bearer(h.tokens)).Status == http.StatusOK })
	tokensOf(t, app.Refresh(t, refresh(h.tokens), nil))
	tokensOf(t, app.Redeem(t, h.code, h.verifier, nil))
}

// The same, narrowed: a scope that the client has lost is in no token any more.
func TestClientNarrowed(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	h := holding(t, app, v, "alice", url.Values{"scope": {"openid email read"}, "claims": {`{"userinfo":{"email":null}}`}})
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"openid", "read"} })
	effective(t, func() bool {
		view, _ := authorize(t, app, v, url.Values{"scope": {"openid email"}})
		return view.Param("error") == "invalid_scope"
	})
	denied(t, app.Redeem(t, h.code, h.verifier, nil), "invalid_grant")
	next := tokensOf(t, app.Refresh(t, refresh(h.tokens), nil))
	if next["scope"] != "openid read" {
		t.Errorf("a refresh grants %v", next["scope"])
	}
	denied(t, app.Refresh(t, refresh(next), url.Values{"scope": {"openid write"}}), "invalid_scope")
	for _, token := range []string{bearer(next), bearer(h.tokens)} {
		if answer := userinfo(t, app.Issuer, token); answer.JSON["email"] != nil || answer.Status != http.StatusOK {
			t.Errorf("userinfo says %s", answer.Body)
		}
	}
}

// The same, other narrowings.
func TestClientLosesWhatACodeNeeds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		narrow              func(*oauthv1alpha1.OAuthClient)
		redeemed, refreshed string
	}{
		"refresh_token": {func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		}, "", "unauthorized_client"},
		"authorization_code": {func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}, nil
		}, "unauthorized_client", "unauthorized_client"},
		"openid": {func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"read"} }, "invalid_grant", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t)
			h := holding(t, app, visitor(t), "alice", nil)
			change(t, app.Object, test.narrow)
			grantor(t).AwaitCondition(t, app.Object, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
			var answer installation.Answer
			effective(t, func() bool {
				answer = app.Refresh(t, refresh(h.tokens), nil)
				return answer.Code() == test.refreshed && (test.refreshed != "" || answer.JSON["scope"] != "openid")
			})
			if answer = app.Redeem(t, h.code, h.verifier, nil); answer.Code() != test.redeemed {
				t.Errorf("the code is answered %s", answer.Body)
			}
			if answer.Status == http.StatusOK && answer.JSON["refresh_token"] != nil {
				t.Error("the code gives a refresh token")
			}
		})
	}
}

// A token for the audiences of a Grant never becomes one for the issuer.
func TestClientLosesTheAudiencesOfAGrant(t *testing.T) {
	t.Parallel()
	covered := func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(c.Namespace + ".api")}
	}
	app := newApp(t, covered)
	h := holding(t, app, visitor(t), "alice", url.Values{"audience": {app.Object.Namespace + ".api"}})
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = nil })
	effective(t, func() bool { return app.Refresh(t, refresh(h.tokens), nil).Code() == "invalid_target" })
	denied(t, app.Redeem(t, h.code, h.verifier, nil), "invalid_grant")
	change(t, app.Object, covered)
	effective(t, func() bool { return app.Refresh(t, refresh(h.tokens), nil).Status == http.StatusOK })
}

// A code goes no further than to an address that is still the client's.
func TestClientLosesTheRedirectURIOfACode(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	code, verifier := app.Code(t, v, "alice", nil)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"https://elsewhere.example/callback"}
	})
	to, _ := app.AuthorizationURL(nil)
	effective(t, func() bool { return v.Get(t, to).Status == http.StatusBadRequest })
	denied(t, app.Redeem(t, code, verifier, url.Values{"redirect_uri": nil}), "invalid_grant")
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
}

// A client that loses a scope while a page is open gets invalid_scope, which names it,
// and no code that could only fail.
func TestClientNarrowedWhileAPageIsOpen(t *testing.T) {
	t.Parallel()
	app, v, stranger := newApp(t), visitor(t), visitor(t)
	more := url.Values{"scope": {"openid email read"}, "prompt": {"consent"}}
	app.Tokens(t, v, "alice", nil)
	agree, _ := authorize(t, app, v, more)
	asksToAgree(t, agree)
	sign, _ := authorize(t, app, stranger, more)
	asksToSignIn(t, sign)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"openid", "read"} })
	effective(t, func() bool {
		view, _ := authorize(t, app, v, more)
		return view.Param("error") == "invalid_scope"
	})
	for name, view := range map[string]installation.View{"agreeing": v.Decide(t, agree, "allow"), "signing in": stranger.SignIn(t, sign, "bob", "bob-password")} {
		refusedTo(t, app, view, "invalid_scope")
		if !strings.Contains(view.Param("error_description"), "'email'") {
			t.Errorf("%s: the refusal says %q", name, view.Param("error_description"))
		}
	}
	again, _ := authorize(t, app, v, url.Values{"scope": {"openid read"}, "prompt": {"consent"}})
	refusedTo(t, app, v.Decide(t, again, "deny"), "access_denied")
}

// sessionsNotBefore of a client ends what is older, in one write.
func TestClientSessionsNotBefore(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	h := holding(t, app, v, "alice", nil)
	nextSecond()
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.SessionsNotBefore = &metav1.Time{Time: time.Now()}
	})
	h.ends(t, app, "invalid_grant")
	nextSecond()
	alive(t, app, app.Tokens(t, v, "alice", nil))
}
