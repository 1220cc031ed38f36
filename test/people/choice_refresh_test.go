package people

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Choice "refresh rotation": within the grace period the previous token gives the same
// successor, at any replica and as often as it is tried; after that its use ends
// everything.
func TestRefreshGrace(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	first := app.Tokens(t, visitor(t), "alice", nil)
	second := tokensOf(t, app.Refresh(t, refresh(first), nil))
	for _, replica := range append(replicas(t), replicas(t)...) {
		again := tokensOf(t, through(app, replica).Refresh(t, refresh(first), nil))
		if refresh(again) != refresh(second) {
			t.Errorf("the previous token has two successors")
		}
	}
	alive(t, app, second)
	time.Sleep(10500 * time.Millisecond)
	alive(t, app, second)
	denied(t, app.Refresh(t, refresh(first), nil), "invalid_grant")
	dead(t, app, second)
	dead(t, app, first)
}

// Choice "refresh rotation": only the previous token is forgiven.
func TestRefreshTwoGenerationsLate(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	first := app.Tokens(t, visitor(t), "alice", nil)
	second := tokensOf(t, app.Refresh(t, refresh(first), nil))
	third := tokensOf(t, app.Refresh(t, refresh(second), nil))
	denied(t, through(app, replicas(t)[1]).Refresh(t, refresh(first), nil), "invalid_grant")
	dead(t, app, third)
}

// A forged token, however near to a real one, changes nothing.
func TestForgedRefreshToken(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tokens := app.Tokens(t, visitor(t), "alice", nil)
	issued := refresh(tokens)
	parts := strings.SplitN(issued, ".", 3)
	if len(parts) != 3 {
		t.Fatalf("a refresh token has %d parts", len(parts))
	}
	for _, forged := range []string{
		issued + "x", issued[:len(issued)-1], strings.ToUpper(issued), parts[0] + ".0." + parts[2], parts[0] + ".2." + parts[2], parts[0] + ".99999999999999999999." + parts[2],
		parts[0] + ".-1." + parts[2], parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2], parts[0], issued + "\x00", " " + issued, "../" + issued, issued[:10],
	} {
		denied(t, app.Refresh(t, forged, nil), "invalid_grant")
	}
	alive(t, app, tokens)
	tokensOf(t, app.Refresh(t, issued, nil))
}

// A refresh narrows the scope of what it gives, for that once, and never widens it.
func TestRefreshScope(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tokens := app.Tokens(t, visitor(t), "alice", url.Values{"scope": {"openid email read"}})
	for _, wider := range []string{"openid email read write", "write", "profile", "unknown", "openid openid x", "READ"} {
		denied(t, app.Refresh(t, refresh(tokens), url.Values{"scope": {wider}}), "invalid_scope")
	}
	narrow := tokensOf(t, app.Refresh(t, refresh(tokens), url.Values{"scope": {"read"}}))
	if narrow["scope"] != "read" || narrow["id_token"] != nil {
		t.Errorf("the narrowed answer is %v", narrow)
	}
	if answer := introspected(t, app, bearer(narrow)); answer.JSON["scope"] != "read" {
		t.Errorf("introspection says %s", answer.Body)
	}
	if answer := userinfo(t, app.Issuer, bearer(narrow)); answer.Code() != "insufficient_scope" {
		t.Errorf("userinfo answers %s", answer.Body)
	}
	whole := tokensOf(t, app.Refresh(t, refresh(narrow), nil))
	got := strings.Fields(text(whole["scope"]))
	slices.Sort(got)
	if !slices.Equal(got, []string{"email", "openid", "read"}) {
		t.Errorf("the next scope is %v", whole["scope"])
	}
}

// Choice "refresh tokens": with or without offline_access, but only for clients whose
// grantTypes say so.
func TestRefreshTokensForWhom(t *testing.T) {
	t.Parallel()
	with, without := newApp(t), newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
	})
	for _, scope := range []string{"openid", "openid offline_access", "read", "", "offline_access"} {
		more := url.Values{"scope": {scope}}
		if scope == "" {
			more = url.Values{"scope": nil}
		}
		tokensOf(t, with.Refresh(t, refresh(with.Tokens(t, visitor(t), "alice", more)), nil))
		if tokens := without.Tokens(t, visitor(t), "alice", more); tokens["refresh_token"] != nil {
			t.Errorf("scope %q: a client without the grant got a refresh token", scope)
		}
	}
	stranger := with.Tokens(t, visitor(t), "alice", nil)
	denied(t, without.Refresh(t, refresh(stranger), nil), "unauthorized_client")
}

// A refresh token of openid alone ends when the person signs out; one of
// offline_access, or of OAuth alone, lives on.
func TestSigningOutEndsWhatIsBoundToTheLogin(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := visitor(t)
	bound := app.Tokens(t, v, "alice", nil)
	offline := app.Tokens(t, v, "alice", url.Values{"scope": {"openid offline_access"}})
	oauth := app.Tokens(t, v, "alice", url.Values{"scope": {"read"}})
	pending, verifier := app.Code(t, v, "alice", url.Values{"scope": {"openid offline_access"}})
	elsewhere := app.Tokens(t, visitor(t), "alice", nil)
	v.Decide(t, v.Get(t, app.Issuer+"/logout"), "allow")
	for _, replica := range replicas(t) {
		denied(t, through(app, replica).Refresh(t, refresh(bound), nil), "invalid_grant")
		denied(t, through(app, replica).Redeem(t, pending, verifier, nil), "invalid_grant")
	}
	tokensOf(t, app.Refresh(t, refresh(offline), nil))
	tokensOf(t, app.Refresh(t, refresh(oauth), nil))
	tokensOf(t, app.Refresh(t, refresh(elsewhere), nil))
}

// Lifetimes of a client's refresh tokens: the whole, and the pause between two.
func TestRefreshTokensExpire(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]oauthv1alpha1.RefreshTokenSettings{
		"whole": {Lifetime: &metav1.Duration{Duration: 2 * time.Second}},
		"idle":  {IdleLifetime: &metav1.Duration{Duration: 2 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.RefreshToken = settings })
			tokens := app.Tokens(t, visitor(t), "alice", nil)
			tokens = tokensOf(t, app.Refresh(t, refresh(tokens), nil))
			time.Sleep(3100 * time.Millisecond)
			denied(t, app.Refresh(t, refresh(tokens), nil), "invalid_grant")
			if answer := introspected(t, app, refresh(tokens)); answer.Body != `{"active":false}` {
				t.Errorf("introspection says %s", answer.Body)
			}
		})
	}
}
