package dpop

import (
	"net/http"
	"net/url"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// service is a client that asks for tokens of its own.
func service(t testing.TB, changes ...func(*oauthv1alpha1.OAuthClient)) program {
	t.Helper()
	return newProgram(t, append([]func(*oauthv1alpha1.OAuthClient){func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}
		c.Spec.RedirectURIs = nil
	}}, changes...)...)
}

// What a token request of each binding gets, with and without a proof.
func TestBindings(t *testing.T) {
	t.Parallel()
	for binding, without := range map[oauthv1alpha1.AccessTokenBinding]string{
		"": "", oauthv1alpha1.AccessTokenBindingIfProved: "",
		oauthv1alpha1.AccessTokenBindingDPoP: "invalid_dpop_proof", oauthv1alpha1.AccessTokenBindingRequired: "invalid_dpop_proof",
	} {
		t.Run(string("binding "+binding), func(t *testing.T) {
			t.Parallel()
			p := service(t, bound(binding))
			token := given(t, p.post(t, "/token", installation.TokenForm("read")), "DPoP")["access_token"].(string)
			if got := confirmation(t, token); got["jkt"] != p.key.Thumbprint(t) {
				t.Errorf("cnf is %v", got)
			}
			answer := p.bare(t, "/token", installation.TokenForm("read"))
			if without == "" {
				given(t, answer, "Bearer")
				return
			}
			denied(t, "without a proof", answer, without)
		})
	}
}

// A policy makes what a client asks for stricter, at once.
func TestPolicyRequiresProofs(t *testing.T) {
	t.Parallel()
	g, p := shared.Grantor(t), service(t)
	given(t, p.bare(t, "/token", installation.TokenForm("read")), "Bearer")
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, GenerateName: "bound-"}}
	policy.Spec.NamespaceSelector = metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: p.Object.Namespace}}
	policy.Spec.Require.Binding = "DPoP"
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	var answer installation.Answer
	installation.Eventually(t, convergence, func() bool {
		answer = p.bare(t, "/token", installation.TokenForm("read"))
		return answer.Code() == "invalid_dpop_proof"
	}, func() string { return "refusal: " + answer.Body })
	given(t, p.post(t, "/token", installation.TokenForm("read")), "DPoP")
	contrary := installation.Application(p.Object.Namespace, "contrary", bound(oauthv1alpha1.AccessTokenBindingCertificate))
	if err := g.Admin.Create(t.Context(), contrary); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, contrary, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonBindingRequired)
}

// Each endpoint refuses proofs of others, and a proof counts once at each replica.
func TestProofsAtEndpoints(t *testing.T) {
	t.Parallel()
	p := newProgram(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantClientCredentials, oauthv1alpha1.GrantDeviceCode}
	})
	to, _ := p.AuthorizationURL(nil)
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	for path, test := range map[string]struct {
		form url.Values
		good int
	}{
		"/token":                {installation.TokenForm("read"), http.StatusOK},
		"/par":                  {u.Query(), http.StatusCreated},
		"/device_authorization": {url.Values{}, http.StatusOK},
	} {
		proof := p.proof(http.MethodPost, path, nil)
		answer := installation.Do(t, p.request(t, path, test.form, proof))
		if answer.Status != test.good || answer.Header.Get("DPoP-Nonce") == "" {
			t.Errorf("%s answers %d %s", path, answer.Status, answer.Body)
		}
		denied(t, path+", once more", installation.Do(t, p.request(t, path, test.form, proof)), "invalid_dpop_proof")
		for what, proofs := range map[string][]string{
			"the proof of another endpoint": {p.proof(http.MethodPost, "/revoke", nil)},
			"the URL of a replica":          {p.key.Proof(http.MethodPost, p.replica(t, 1).at+path, nil)},
			"two proofs":                    {p.proof(http.MethodPost, path, nil), p.proof(http.MethodPost, path, nil)},
			"no proof":                      {"x"},
		} {
			answer := installation.Do(t, p.replica(t, 1).request(t, path, test.form, proofs...))
			denied(t, path+", "+what, answer, "invalid_dpop_proof")
			if answer.Header.Get("DPoP-Nonce") == "" {
				t.Errorf("%s, %s: no nonce", path, what)
			}
		}
		answer = p.bare(t, path, test.form)
		if answer.Status != test.good || answer.Header.Get("DPoP-Nonce") != "" {
			t.Errorf("%s without a proof answers %d %v", path, answer.Status, answer.Header)
		}
	}
}

// Scripts of web pages may send proofs and read what they need for them.
func TestScripts(t *testing.T) {
	t.Parallel()
	const origin = "https://spa.testscripts.example"
	p := newProgram(t, public, func(c *oauthv1alpha1.OAuthClient) { c.Spec.AllowedOrigins = []oauthv1alpha1.Origin{origin} })
	r := p.request(t, "/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, p.proof(http.MethodPost, "/token", nil))
	r.Header.Set("Origin", origin)
	if got := installation.Do(t, r).Header; got.Get("Access-Control-Expose-Headers") != "WWW-Authenticate, Retry-After, DPoP-Nonce" || got.Get("DPoP-Nonce") == "" {
		t.Errorf("a request is answered %v", got)
	}
	r = p.request(t, "/token", url.Values{})
	r.Method = http.MethodOptions
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", "POST")
	if got := installation.Do(t, r).Header.Get("Access-Control-Allow-Headers"); got != "Authorization, Content-Type, DPoP" {
		t.Errorf("a preflight request allows %s", got)
	}
}
