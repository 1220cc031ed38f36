package startpage

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// each finds the applications of one test among those of the others.
func each(mark string) string { return "?q=" + url.QueryEscape(mark) }

// The page lists what signing in lets in, by the same access rule, and follows changes.
func TestListedByAccess(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	allow(t, g, namespace, "*.access.example")
	everyone := g.Create(t, shown(namespace, "everyone", "Everyone", "https://a.access.example/home?x=1&y=2"))
	bobs := g.Create(t, shown(namespace, "bobs", "Bob's", "https://b.access.example", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Access.Users = []string{"bob"} }))
	g.Create(t, shown(namespace, "hidden", "Hidden", "https://c.access.example"))
	hidden := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "hidden"}}
	installation.Edit(t, g.Admin, hidden, func(c *oauthv1alpha1.OAuthClient) { c.Spec.StartPage = oauthv1alpha1.StartPageHide })
	alice, bob := browser(t, g, "alice"), browser(t, g, "bob")
	const all, his = "Everyone https://a.access.example/home?x=1&y=2", "Bob's https://b.access.example"
	becomes(t, g, alice, each(".access.example"), all)
	becomes(t, g, bob, each(".access.example"), his+", "+all)

	// Who is on the page gets in, and who is not does not.
	for username, v := range map[string]*installation.Visitor{"alice": alice, "bob": bob} {
		app := installation.App{Issuer: g.Issuer, ID: bobs.ClientID(), Redirect: installation.Redirect}
		to, _ := app.AuthorizationURL(nil)
		if view := v.Through(t, v.Get(t, to), username); (view.Param("error") == "access_denied") != (username == "alice") {
			t.Errorf("%s is answered with error %q", username, view.Param("error"))
		}
	}

	installation.Edit(t, g.Admin, bobs, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Access = oauthv1alpha1.ClientAccess{} })
	becomes(t, g, alice, each(".access.example"), his+", "+all)
	installation.Edit(t, g.Admin, everyone, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	becomes(t, g, alice, each(".access.example"), his)
	if err := g.Admin.Delete(t.Context(), bobs); err != nil {
		t.Fatal(err)
	}
	becomes(t, g, alice, each(".access.example"), "")
}

// A tenant shows no link that an administrator did not allow.
func TestPoliciesDecideAboutHosts(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	c := shown(namespace, "payroll", "Payroll", "https://payroll.policy.example")
	if err := g.Admin.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	accepted := func(status metav1.ConditionStatus, reason string) *oauthv1alpha1.OAuthClient {
		t.Helper()
		return g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, status, reason)
	}
	refused := accepted(metav1.ConditionFalse, oauthv1alpha1.ReasonStartPageNotAllowed)
	if message := meta.FindStatusCondition(refused.Status.Conditions, oauthv1alpha1.ConditionAccepted).Message; !strings.Contains(message, "startPageHosts") {
		t.Errorf("the condition says %s", message)
	}
	alice := browser(t, g, "alice")
	becomes(t, g, alice, each("policy.example"), "")
	p := allow(t, g, namespace, "other.policy.example")
	accepted(metav1.ConditionFalse, oauthv1alpha1.ReasonStartPageNotAllowed)
	installation.Edit(t, g.Admin, p, func(p *oauthv1alpha1.OAuthClientPolicy) {
		p.Spec.StartPageHosts = []oauthv1alpha1.HostPattern{"*.policy.example"}
	})
	accepted(metav1.ConditionTrue, "")
	becomes(t, g, alice, each("policy.example"), "Payroll https://payroll.policy.example")
	if err := g.Admin.Delete(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	becomes(t, g, alice, each("policy.example"), "")
}

// The host and the namespace are on the page, whatever a tenant calls an application, and
// names are text.
func TestWhoseApplicationItIs(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	allow(t, g, namespace, "*.whose.example")
	g.Create(t, shown(namespace, "one", `<script>alert(1)</script>`, "https://one.whose.example:8443/", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.LogoURI = "https://logos.example/a.png"
	}))
	alice := browser(t, g, "alice")
	becomes(t, g, alice, each("one.whose.example"), `<script>alert(1)</script> https://one.whose.example:8443/`)
	view := alice.Get(t, g.Issuer+"/applications"+each("ONE.whose.example"))
	for _, part := range []string{"<bdi>one.whose.example:8443</bdi>", "Namespace <bdi>" + namespace + "</bdi>, ID <bdi>" + namespace + ".one</bdi>", "<details><summary>Details"} {
		if !strings.Contains(view.Body, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	policy := view.Header.Get("Content-Security-Policy")
	if strings.Contains(view.Body, "<script") || strings.Contains(view.Body, "<img") || !strings.Contains(policy, "img-src 'self';") || view.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the page loads something: %s", policy)
	}
}

func TestPaging(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	allow(t, g, namespace, "paging.example")
	const most = 51
	for n := range most {
		c := shown(namespace, fmt.Sprintf("app-%02d", n), fmt.Sprintf("Paging %02d", n), fmt.Sprintf("https://paging.example/%02d", n))
		if err := g.Admin.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	alice := browser(t, g, "alice")
	becomes(t, g, alice, each("Paging")+"&page=2", "Paging 50 https://paging.example/50")
	view := alice.Get(t, g.Issuer+"/applications"+each("paging"))
	if strings.Count(listed(view), "https://") != 50 || !strings.Contains(view.Body, `<a href="/applications?page=2&amp;q=paging" rel="next">`) {
		t.Errorf("the first page has %d applications", strings.Count(listed(view), "https://"))
	}
	// Signing in leads to the page that was asked for.
	v := g.Visitor()
	if view := v.SignIn(t, v.Get(t, g.Issuer+"/applications?q=Paging&page=2"), "alice", "alice-password"); listed(view) != "Paging 50 https://paging.example/50" {
		t.Errorf("after signing in the page lists %q", listed(view))
	}
}
