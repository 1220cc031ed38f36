package tenants

import (
	"net/http"
	"net/url"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A client that a policy lets skip consent does not ask users; signing in and access
// hold. Once the policy says otherwise, it and what it holds are refused.
func TestSkippedConsent(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := shared.Namespace(t)
	p := policy(t, g, ns, "skip", spec{Consent: []oauthv1alpha1.ConsentMode{oauthv1alpha1.ConsentRemember, oauthv1alpha1.ConsentSkip}})
	app := g.NewApp(t, installation.Application(ns, "app", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Consent = oauthv1alpha1.ConsentSkip
		c.Spec.Access.Users = []string{"alice"}
	}))
	v := installation.NewVisitor(http.DefaultTransport, app.Issuer)
	ask := func(v *installation.Visitor, more url.Values) (installation.View, string) {
		t.Helper()
		to, verifier := app.AuthorizationURL(more)
		return v.Get(t, to), verifier
	}
	view, _ := ask(v, url.Values{"prompt": {"none"}})
	if view.Param("error") != "login_required" {
		t.Errorf("nobody is signed in, and the application gets %v", view.Elsewhere)
	}
	view, verifier := ask(v, nil)
	view = v.SignIn(t, view, "alice", "alice-password")
	if view.Param("code") == "" {
		t.Fatalf("after signing in: %d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	tokens := app.Redeem(t, view.Param("code"), verifier, nil)
	if tokens.Status != http.StatusOK {
		t.Fatalf("the code is answered %d %s", tokens.Status, tokens.Body)
	}
	if view, _ = ask(v, url.Values{"prompt": {"none"}, "scope": {"openid email write"}}); view.Param("code") == "" {
		t.Errorf("silently, the application gets %v", view.Elsewhere)
	}
	view, _ = ask(v, url.Values{"prompt": {"consent"}})
	if _, asks := view.DecisionForm(); !asks {
		t.Error("prompt=consent does not ask")
	}
	bob := installation.NewVisitor(http.DefaultTransport, app.Issuer)
	view, _ = ask(bob, nil)
	if view = bob.SignIn(t, view, "bob", "bob-password"); view.Param("error") != "access_denied" {
		t.Errorf("who has no access leads to %v", view.Elsewhere)
	}
	stored := &sessionv1alpha1.ConsentList{}
	if err := g.Admin.List(t.Context(), stored, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	for i := range stored.Items {
		if stored.Items[i].Spec.ClientUID == string(app.Object.UID) {
			t.Error("a consent that nobody gave is stored")
		}
	}

	access, _ := tokens.JSON["access_token"].(string)
	userinfo := func(at string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/userinfo", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+access)
		return installation.Do(t, request).Status
	}
	edit(t, g, p, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.Consent = []oauthv1alpha1.ConsentMode{oauthv1alpha1.ConsentRemember}
	})
	for _, replica := range g.Servers {
		at := replica.Options().URL
		installation.Eventually(t, installation.Effective, func() bool { return userinfo(at) == http.StatusUnauthorized }, func() string { return "refusal at " + at })
	}
	refresh, _ := tokens.JSON["refresh_token"].(string)
	if code := app.Refresh(t, refresh, nil).Code(); code != unknown {
		t.Errorf("refreshing is answered %q", code)
	}
	refused(t, g, app.Object, oauthv1alpha1.ReasonConsentNotAllowed, p)
	if view, _ = ask(v, nil); view.Status != http.StatusBadRequest || view.Elsewhere != nil {
		t.Errorf("an authorization request is answered %d %v", view.Status, view.Elsewhere)
	}
}
