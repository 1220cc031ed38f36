package certificates

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/installation"
)

// asks asks the gate for a resource, as a proxy does.
func (s sender) asks(t testing.TB, base, namespace, token string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/gate/"+namespace+"/tickets", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return s.do(t, request)
}

// The gate takes a bound token with its certificate in the header of a trusted proxy. Where
// certificates come with the connection, that of the proxy is nobody else's.
func TestGate(t *testing.T) {
	t.Parallel()
	g, ns, root := shared.Grantor(t), shared.Namespace(t), authority.New(t)
	resource := &oauthv1alpha1.OAuthResource{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "tickets"}}
	resource.Spec.Identifier = oauthv1alpha1.ResourceIdentifier(ns + ".tickets")
	resource.Spec.Scopes = []oauthv1alpha1.ResourceScope{{Name: "tickets.read"}}
	if err := g.Admin.Create(t.Context(), resource); err != nil {
		t.Fatal(err)
	}
	form := forms["nginx, Apache"]
	s, connected := newSite(t, root, form.flag), newSite(t, root, "")
	with := func(a *authority.Authority) sender {
		return sender{header: http.Header{form.name: {form.write(a)}}}
	}
	own, other := root.Issue(t, authority.ForDNS("laptop")), root.Issue(t, authority.ForDNS("other"))
	app := g.NewApp(t, installation.Application(ns, "app", public))
	asked := url.Values{"scope": {"tickets.read"}, "resource": {ns + ".tickets"}}
	// The issuer may not have heard of the resource yet.
	var answer installation.Answer
	installation.Eventually(t, convergence, func() bool {
		to, _ := app.AuthorizationURL(asked)
		return installation.NewVisitor(http.DefaultTransport, app.Issuer).Get(t, to).Param("error") == ""
	}, func() string { return "resource at the issuer" })
	code, verifier := app.Code(t, installation.NewVisitor(http.DefaultTransport, app.Issuer), "alice", asked)
	installation.Eventually(t, convergence, func() bool {
		answer = with(own).post(t, s.mtls+"/token", posted(app, url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {app.Redirect}, "code_verifier": {verifier},
		}))
		return answer.Status == http.StatusOK
	}, func() string { return "token; the answer is " + answer.Body })
	if confirmation(t, answer.JSON)["x5t#S256"] != own.Thumbprint() {
		t.Fatalf("bound to %v", confirmation(t, answer.JSON))
	}
	token, _ := answer.JSON["access_token"].(string)
	elsewhere := with(own)
	elsewhere.from = "127.0.0.2"
	for name, test := range map[string]struct {
		from   sender
		base   string
		status int
	}{
		"its certificate":                         {with(own), s.mtls, http.StatusOK},
		"another certificate":                     {with(other), s.mtls, http.StatusUnauthorized},
		"no certificate":                          {sender{}, s.mtls, http.StatusUnauthorized},
		"from another program":                    {elsewhere, s.mtls, http.StatusUnauthorized},
		"at the port of everyone":                 {with(own), s.url, http.StatusUnauthorized},
		"where certificates are the connection's": {sender{pool: connected.pool, with: own}, connected.mtls, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			answer := test.from.asks(t, test.base, ns, token)
			if answer.Status != test.status || answer.Status == http.StatusUnauthorized && !strings.Contains(answer.Header.Get("WWW-Authenticate"), "certificate") {
				t.Errorf("%d %s", answer.Status, answer.Body)
			}
		})
	}
}
