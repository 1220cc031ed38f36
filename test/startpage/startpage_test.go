package startpage

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
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

func TestStrangeRequests(t *testing.T) {
	g := shared.Grantor(t)
	alice := browser(t, g, "alice")
	for query, status := range map[string]int{
		"": 200, "?": 200, "?x=y": 200, "?q=&page=": 200, "?q=%00%ff%E2%80%AE": 200, "?q=" + url.QueryEscape(`"><script>alert(1)</script>`): 200, "?page=99999": 200,
		"?q=" + strings.Repeat("x", 513): 400, "?page=0": 400, "?page=-1": 400, "?page=x": 400, "?page=99999999999999999999": 400, "?q=a&q=b": 400, "?page=1&page=1": 400, "?q=%zz": 400,
	} {
		for name, v := range map[string]*installation.Visitor{"somebody": alice, "nobody": g.Visitor()} {
			view := v.Get(t, g.Issuer+"/applications"+query)
			_, asks := view.LoginForm()
			if view.Status != status || strings.Contains(view.Body, "<script") || asks != (name == "nobody" && status == 200) {
				t.Errorf("%s, %.40s: answered %d, a form to sign in: %t", name, query, view.Status, asks)
			}
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		request, err := http.NewRequestWithContext(t.Context(), method, g.Issuer+"/applications", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if view := alice.Send(t, request); view.Status != http.StatusMethodNotAllowed || view.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s is answered %d, Allow %q", method, view.Status, view.Header.Get("Allow"))
		}
	}
}

// Users who type the name of the server get to what it shows.
func TestRoot(t *testing.T) {
	g := shared.Grantor(t)
	g.Create(t, shown(devenv.SystemNamespace, "root", "Root", "https://root.example"))
	for _, server := range g.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			return g.Visitor().Get(t, server.Options().URL+"/").URL.Path == "/applications"
		}, func() string { return "root that leads to the start page" })
	}
}

// A visit reads the Login and writes nothing. Without an answer of the API server nobody is
// taken to be signed in.
func TestBudget(t *testing.T) {
	g, proxy := installation.Isolated(t)
	alice := browser(t, g, "alice")
	ledger := installation.NewLedger(t, g, proxy)
	ledger.Open(t)
	view := alice.Get(t, g.Issuer+"/applications")
	ledger.Close(t, "a visit of the start page", installation.Asks("get logins"))
	if view.Status != http.StatusOK {
		t.Errorf("answered %d", view.Status)
	}
	proxy.SetHook(devenv.When(func(key devenv.RequestKey) bool { return key.Resource == "logins" }, devenv.Drop()))
	if view := alice.Get(t, g.Issuer+"/applications"); view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == "" {
		t.Errorf("without the API server: answered %d, Retry-After %q", view.Status, view.Header.Get("Retry-After"))
	}
	proxy.SetHook(nil)
}
