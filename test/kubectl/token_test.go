package kubectl

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestToken(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	c := g.Create(t, installation.Service(ns, "api", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Audiences = []oauthv1alpha1.Audience{"https://payroll.example.com"}
		c.Spec.Authentication.Method, c.Spec.Authentication.ExactMethod = oauthv1alpha1.AuthenticationPost, true
		c.Spec.Secret.Keys.ClientSecret = "password"
	}))
	secret := string(g.Secret(t, c).Data["password"])

	got := oauth(t, "token", "api", "-n", ns, "--scope", "read", "--audience", "https://payroll.example.com")
	got.want(t, 0)
	decode := command(t, g.Kube.Kubeconfig, "decode")
	decode.Stdin = strings.NewReader(got.stdout)
	finish(t, decode).want(t, 0, `client_id: "`+ns+`.api"`, `scope: "read"`, "https://payroll.example.com", "Signature: verified with key")

	proved := oauth(t, "token", "api", "-n", ns, "--scope", "read", "--dpop")
	proved.want(t, 0)
	decode = command(t, g.Kube.Kubeconfig, "decode")
	decode.Stdin = strings.NewReader(proved.stdout)
	finish(t, decode).want(t, 0, `cnf: {"jkt":"`, "Signature: verified with key")
	checkProof(t, oauth(t, "token", "api", "-n", ns, "--scope", "read", "--dpop", "--request", "GET "+g.Issuer+"/userinfo"))

	refused := oauth(t, "token", "api", "-n", ns, "--scope", "write")
	refused.fails(t, "invalid_scope")
	without := oauth(t, "token", "web", "-n", ns)
	without.fails(t, `"web" not found`)
	finish(t, command(t, editor(t, ns), "token", "api", "-n", ns)).fails(t, "forbidden")
	if all := refused.stderr + refused.stdout + without.stderr; secret == "" || strings.Contains(all, secret) {
		t.Errorf("the client secret is in:\n%s", all)
	}

	web := installation.Application(ns, "web")
	g.Create(t, web)
	oauth(t, "token", "web", "-n", ns).fails(t, "may not use client_credentials")
	g.Create(t, installation.Service(ns, "public", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		c.Spec.Authentication.ServiceAccounts = []oauthv1alpha1.ServiceAccountReference{{Name: "default"}}
	}))
	oauth(t, "token", "public", "-n", ns).fails(t, "has no client secret")
}

// checkProof sends the headers that were printed: the server accepts the proof, and refuses the
// token for what it is, one without a user.
func checkProof(t *testing.T, printed result) {
	t.Helper()
	printed.want(t, 0, "Authorization: DPoP ", "\nDPoP: ")
	send := func(name string) string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, shared.Grantor(t).Issuer+"/userinfo", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(printed.stdout) {
			if header, value, _ := strings.Cut(strings.TrimSpace(line), ": "); header != name {
				request.Header.Set(header, value)
			}
		}
		return installation.Do(t, request).Code()
	}
	if proved, bare := send(""), send("DPoP"); proved == bare || proved == "invalid_dpop_proof" {
		t.Errorf("with the proof the server answers %q, without it %q", proved, bare)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	g := shared.Grantor(t)
	lines := []string{"discovery: " + g.Issuer, "keys: ", "TLS: none", "clock: ", "agree", "proxy headers: forged ones change no answer"}
	oauth(t, "check", devenv.ServerName, "-n", devenv.SystemNamespace).want(t, 0, append(slices.Clip(lines), "status: the OAuthServer is ready")...)
	oauth(t, "check", g.Issuer).want(t, 0, lines...)
	oauth(t, "check", g.Issuer+"/elsewhere").fails(t, "404")
	oauth(t, "check", "http://127.0.0.1:1").fails(t, "connection refused")
	oauth(t, "check", "http://id.example").fails(t, "neither an https URL")
	oauth(t, "check", "missing", "-n", devenv.SystemNamespace).fails(t, `"missing" not found`)
}
