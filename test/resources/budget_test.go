package resources

import (
	"net/http"
	"net/url"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Each step with a resource asks the API server for exactly what it asks without one.
func TestBudgetsOfResources(t *testing.T) {
	g, proxy := installation.Isolated(t)
	ns := devenv.Namespace(t, g.Kube.Config)
	r := &oauthv1alpha1.OAuthResource{Spec: oauthv1alpha1.OAuthResourceSpec{
		Identifier: oauthv1alpha1.ResourceIdentifier(ns + ".tickets"), Scopes: []oauthv1alpha1.ResourceScope{{Name: "tickets.read"}},
	}}
	r.Namespace, r.Name, r.Spec.Clients.Workloads = ns, "tickets", oauthv1alpha1.ResourceClientsAllow
	if err := g.Admin.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	metadata := g.Issuer + "/resources/" + ns + "/tickets"
	installation.Eventually(t, within, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(r), r); err != nil {
			t.Fatal(err)
		}
		return meta.IsStatusConditionTrue(r.Status.Conditions, oauthv1alpha1.ConditionReady) && get(t, metadata, "").Status == http.StatusOK
	}, func() string { return "resource" })
	plain, using := g.NewApp(t, installation.Application(ns, "plain")), g.NewApp(t, installation.Application(ns, "using"))
	service := g.NewApp(t, installation.Service(ns, "service"))
	ledger := installation.NewLedger(t, g, proxy)
	for _, test := range []struct {
		name    string
		app     installation.App
		asks    url.Values
		machine url.Values
	}{
		{"without a resource", plain, url.Values{"scope": {"openid offline_access read"}}, installation.TokenForm("read")},
		{
			"with a resource", using, url.Values{"scope": {"openid offline_access tickets.read"}, "resource": {ns + ".tickets"}},
			url.Values{"grant_type": {"client_credentials"}, "scope": {"tickets.read"}, "resource": {ns + ".tickets"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			step := func(what string, wanted devenv.Counts, do func() installation.Answer) (answer installation.Answer) {
				t.Helper()
				ledger.Open(t)
				answer = do()
				ledger.Close(t, what, wanted)
				if answer.Status != http.StatusOK {
					t.Fatalf("%s is answered %d %s", what, answer.Status, answer.Body)
				}
				return answer
			}
			v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
			to, verifier := test.app.AuthorizationURL(test.asks)
			var view installation.View
			page := func(do func() installation.View) func() installation.Answer {
				return func() installation.Answer {
					view = do()
					return installation.Answer{Status: http.StatusOK}
				}
			}
			step("an authorization request of nobody", installation.Asks(), page(func() installation.View { return v.Get(t, to) }))
			step("signing in, and the page that it leads to", installation.Asks("create logins", "get consents", "get logins", "get consents"),
				page(func() installation.View { return v.SignIn(t, view, "alice", "alice-password") }))
			step("agreeing", installation.Asks("get logins", "get consents", "create consents"), page(func() installation.View { return v.Decide(t, view, "allow") }))
			answer := step("redeeming", installation.Asks("get logins", "get consents", "create grants"), func() installation.Answer {
				return test.app.Redeem(t, view.Param("code"), verifier, nil)
			})
			refresh, _ := answer.JSON["refresh_token"].(string)
			step("introspecting", installation.Asks("get grants"), func() installation.Answer {
				return test.app.Post(t, "/introspect", url.Values{"token": {bearer(answer.JSON)}})
			})
			step("refreshing", installation.Asks("get grants", "update grants"), func() installation.Answer { return test.app.Refresh(t, refresh, nil) })
			step("a token of a service", installation.Asks(), func() installation.Answer { return service.Post(t, "/token", test.machine) })
		})
	}
	ledger.Open(t)
	for range 100 {
		get(t, metadata, "")
		get(t, metadata+"-other", "")
		using.Post(t, "/token", url.Values{"grant_type": {"client_credentials"}, "resource": {ns + ".other"}})
	}
	ledger.Close(t, "metadata, and requests that are refused", installation.Asks())
}
