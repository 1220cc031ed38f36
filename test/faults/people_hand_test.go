package faults

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// grant returns the Grant of a refresh token.
func (c *counter) grant(t testing.TB, token string) *sessionv1alpha1.Grant {
	t.Helper()
	name, _, _ := strings.Cut(strings.TrimPrefix(token, "grt_"), ".")
	g := &sessionv1alpha1.Grant{}
	if err := c.g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: name}, g); err != nil {
		t.Fatal(err)
	}
	return g
}

// A Grant that was edited by hand is not valid, and is valid again once it is what it
// was.
func TestGrantIsEditedByHand(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	v := c.person(t, "openid read")
	later := metav1.NewTime(time.Now().Add(10000 * time.Hour))
	for name, change := range map[string]func(*sessionv1alpha1.GrantSpec){
		"subject":    func(s *sessionv1alpha1.GrantSpec) { s.Subject += "x" },
		"client":     func(s *sessionv1alpha1.GrantSpec) { s.Client += "x" },
		"clientUID":  func(s *sessionv1alpha1.GrantSpec) { s.ClientUID += "x" },
		"scope":      func(s *sessionv1alpha1.GrantSpec) { s.Scope += " write" },
		"login":      func(s *sessionv1alpha1.GrantSpec) { s.Login = "" },
		"generation": func(s *sessionv1alpha1.GrantSpec) { s.Generation++ },
		"issuedAt":   func(s *sessionv1alpha1.GrantSpec) { s.IssuedAt = later },
		"expiresAt":  func(s *sessionv1alpha1.GrantSpec) { s.ExpiresAt = later },
		"payload":    func(s *sessionv1alpha1.GrantSpec) { s.Payload = strings.ToUpper(s.Payload) },
	} {
		t.Run(name, func(t *testing.T) {
			got := c.tokens(t, v, "openid read")
			g := c.grant(t, got.refresh)
			former := g.Spec
			edit(t, c.g, g, func(g *sessionv1alpha1.Grant) { change(&g.Spec) })
			c.mustCount(t, got, false)
			mustBeRefused(t, "refreshing", c.Refresh(t, got.refresh, nil))
			if answer := introspected(t, c.App, got.refresh); answer.JSON["active"] != false {
				t.Errorf("the refresh token introspects as %s", answer.Body)
			}
			edit(t, c.g, g, func(g *sessionv1alpha1.Grant) { g.Spec = former })
			c.mustCount(t, got, true)
			mustSucceed(t, "refreshing once it is what it was", c.Refresh(t, got.refresh, nil))
		})
	}
}

// That it stays revoked is for the schema to say.
func TestGrantIsRevokedByHand(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	got := c.tokens(t, c.person(t, "openid"), "openid")
	edit(t, c.g, c.grant(t, got.refresh), func(g *sessionv1alpha1.Grant) { g.Spec.State = sessionv1alpha1.GrantRevoked })
	c.mustCount(t, got, false)
	mustBeRefused(t, "refreshing", c.Refresh(t, got.refresh, nil))
	mustSucceed(t, "revoking it", c.Post(t, "/revoke", url.Values{"token": {got.refresh}}))
}

// A Grant that is deleted forgets that its code was used, and the replica that
// redeemed it does not.
func TestGrantIsDeletedByHand(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	code, verifier := c.Code(t, c.person(t, "openid"), "alice", nil)
	answer := c.Redeem(t, code, verifier, nil)
	mustSucceed(t, "redeeming", answer)
	got := pairOf(answer)
	if err := c.g.Admin.Delete(t.Context(), c.grant(t, got.refresh)); err != nil {
		t.Fatal(err)
	}
	c.mustCount(t, got, false)
	mustBeRefused(t, "refreshing", c.Refresh(t, got.refresh, nil))
	mustBeRefused(t, "redeeming again", c.Redeem(t, code, verifier, nil))
	mustSucceed(t, "revoking what is gone", c.Post(t, "/revoke", url.Values{"token": {got.refresh}}))
}

// Whose Login is deleted, or changed, is signed out at every replica, and what ends
// with it has ended.
func TestLoginIsDeletedOrEditedByHand(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for name, change := range map[string]func(*testing.T, *sessionv1alpha1.Login){
		"deleted": func(t *testing.T, l *sessionv1alpha1.Login) {
			if err := c.g.Admin.Delete(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		},
		"prolonged": func(t *testing.T, l *sessionv1alpha1.Login) {
			edit(t, c.g, l, func(l *sessionv1alpha1.Login) { l.Spec.ExpiresAt = metav1.NewTime(time.Now().Add(10000 * time.Hour)) })
		},
		"given to another": func(t *testing.T, l *sessionv1alpha1.Login) {
			edit(t, c.g, l, func(l *sessionv1alpha1.Login) { l.Spec.Subject += "x" })
		},
		"ended": func(t *testing.T, l *sessionv1alpha1.Login) {
			edit(t, c.g, l, func(l *sessionv1alpha1.Login) { l.Spec.State = sessionv1alpha1.LoginEnded })
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.person(t, "openid offline_access")
			bound, free := c.tokens(t, v, "openid"), c.tokens(t, v, "openid offline_access")
			code, verifier := c.Code(t, v, "alice", nil)
			login := &sessionv1alpha1.Login{}
			key := client.ObjectKey{Namespace: devenv.SystemNamespace, Name: c.grant(t, bound.refresh).Spec.Login}
			if err := c.g.Admin.Get(t.Context(), key, login); err != nil {
				t.Fatal(err)
			}
			change(t, login)
			to, _ := c.AuthorizationURL(nil)
			if _, ok := v.Get(t, to).LoginForm(); !ok {
				t.Error("somebody is still signed in")
			}
			mustBeRefused(t, "refreshing what ends with the Login", c.Refresh(t, bound.refresh, nil))
			mustBeRefused(t, "redeeming a code from before", c.Redeem(t, code, verifier, nil))
			mustSucceed(t, "refreshing what outlives it", c.Refresh(t, free.refresh, nil))
		})
	}
}

// Consent that is edited by hand is asked for again, and no code of before counts.
func TestConsentIsEditedByHand(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	v := c.person(t, "openid")
	code, verifier := c.Code(t, v, "alice", nil)
	list := &sessionv1alpha1.ConsentList{}
	if err := c.g.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if consent := &list.Items[i]; consent.Spec.Client == c.ID {
			edit(t, c.g, consent, func(o *sessionv1alpha1.Consent) { o.Spec.Scope += " write" })
		}
	}
	mustBeRefused(t, "redeeming a code from before", c.Redeem(t, code, verifier, nil))
	to, _ := c.AuthorizationURL(nil)
	view := v.Get(t, to)
	if _, ok := view.DecisionForm(); view.Status != http.StatusOK || !ok {
		t.Fatalf("nobody is asked: %d %v", view.Status, view.Elsewhere)
	}
	mustLeadToTheApplication(t, seen(v.Decide(t, view, "allow")))
}
