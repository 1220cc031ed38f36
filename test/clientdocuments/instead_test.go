package clientdocuments

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	kube "sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// An OAuthClient with the URL as its ID takes the place of the document, also while the server
// refuses it: the administrator blocks or shapes one client. Others change nothing.
func TestOAuthClientInPlaceOfADocument(t *testing.T) {
	g := grantor(t)
	id := sites.publishes(t, nil)
	app, v := client(g.Issuer, id), g.Visitor()
	got := app.Tokens(t, v, "alice", url.Values{"scope": {"openid offline_access"}})
	access, _ := got["access_token"].(string)
	refresh, _ := got["refresh_token"].(string)
	claiming := func(namespace string, scopes ...oauthv1alpha1.Scope) *oauthv1alpha1.OAuthClient {
		t.Helper()
		c := installation.Application(namespace, "agent", func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.ClientID, c.Spec.DisplayName, c.Spec.Scopes = id, "Shaped", scopes
			c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(app.Redirect)}
			c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
		})
		if err := g.Admin.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	edit := func(c *oauthv1alpha1.OAuthClient, change func(*oauthv1alpha1.OAuthClient)) {
		t.Helper()
		err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
			if err := g.Admin.Get(t.Context(), kube.ObjectKeyFromObject(c), c); err != nil {
				return err
			}
			change(c)
			return g.Admin.Update(t.Context(), c)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	page := func(at string) installation.View {
		to, _ := client(at, id).AuthorizationURL(nil)
		return v.Get(t, to)
	}
	blocked := func() {
		t.Helper()
		for _, server := range g.Servers {
			at := server.Options().URL
			installation.Eventually(t, 20*time.Second, func() bool { return page(at).Status == http.StatusBadRequest }, func() string { return "client to be blocked" })
			page(at).Shows(t, "The application is unknown here.")
			if answer := client(at, id).Refresh(t, refresh, nil); answer.Code() != "invalid_client" {
				t.Errorf("a refresh answers %d %s", answer.Status, answer.Body)
			}
			if told := installation.Userinfo(t, at, access); told.Status != http.StatusUnauthorized {
				t.Errorf("userinfo answers %d %s", told.Status, told.Body)
			}
		}
	}

	tenant := claiming(shared.Namespace(t), "openid")
	g.AwaitCondition(t, tenant, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDNotAllowed)
	if view := page(g.Issuer); view.Status != http.StatusOK || !strings.Contains(view.Body, "publishes this application") {
		t.Errorf("a claim of a tenant leads to %d %s", view.Status, view.Body)
	}

	shaped := claiming(devenv.SystemNamespace, "openid", "unknown")
	t.Cleanup(func() { _ = kube.IgnoreNotFound(g.Admin.Delete(t.Context(), shaped)) })
	g.AwaitCondition(t, shaped, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonScopeNotAllowed)
	blocked()

	asked := sites.requests(id)
	edit(shaped, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"openid"} })
	g.AwaitCondition(t, shaped, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	for _, server := range g.Servers {
		installation.Eventually(t, 20*time.Second, func() bool { return page(server.Options().URL).Status == http.StatusOK }, func() string { return "shaped client" })
	}
	view := page(g.Issuer)
	view.Shows(t, "Shaped")
	if strings.Contains(view.Body, "publishes this application") || sites.requests(id) != asked {
		t.Errorf("the document counts: %s", view.Body)
	}
	if answer := app.Refresh(t, refresh, nil); answer.Status == http.StatusOK {
		t.Error("the OAuthClient takes over sessions of the document")
	}
	fresh, _ := app.Tokens(t, v, "alice", nil)["access_token"].(string)
	if told := installation.Userinfo(t, g.Issuer, fresh); told.Status != http.StatusOK {
		t.Errorf("userinfo answers %d %s", told.Status, told.Body)
	}
	to, _ := app.AuthorizationURL(url.Values{"scope": {"openid profile"}})
	if view := v.Get(t, to); view.Param("error") != "invalid_scope" {
		t.Errorf("a scope of the document: %d %v", view.Status, view.Elsewhere)
	}

	edit(shaped, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	blocked()

	if err := g.Admin.Delete(t.Context(), shaped); err != nil {
		t.Fatal(err)
	}
	for _, server := range g.Servers {
		installation.Eventually(t, 20*time.Second, func() bool {
			return strings.Contains(page(server.Options().URL).Body, "publishes this application")
		}, func() string { return "document to count again" })
	}
	if answer := app.Refresh(t, refresh, nil); answer.Status != http.StatusOK {
		t.Errorf("after that, a refresh answers %d %s", answer.Status, answer.Body)
	}
}
