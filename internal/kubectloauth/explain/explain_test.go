package explain

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/internal/kubectloauth/facts"
)

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata: {name: web}
spec:
  redirectURIs: [https://shop.example/callback]
  scopes: [openid, admin]
  consent: Skip
`

// world is a server with a policy, and the client of the manifests.
func world(t *testing.T) (clientspec.Candidate, clientspec.Inputs) {
	t.Helper()
	objects, err := facts.Clients(strings.NewReader(manifests), "-", "shop")
	if err != nil {
		t.Fatal(err)
	}
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "auth", Name: "default", UID: "1"}}
	server.Spec = oauthv1alpha1.OAuthServerSpec{
		Issuer: "https://id.example", Default: true, ClientNamespaces: oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromAll},
		Scopes: []oauthv1alpha1.ScopeDefinition{{Name: "openid"}, {Name: "admin", Restricted: true}},
	}
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "auth", Name: "short"}}
	policy.Spec.Maximum.AccessTokenLifetime = &metav1.Duration{Duration: 5 * time.Minute}
	return clientspec.Candidate{Client: objects[0]}, clientspec.Inputs{Servers: []*oauthv1alpha1.OAuthServer{server}, Policies: []*oauthv1alpha1.OAuthClientPolicy{policy}}
}

func TestReport(t *testing.T) {
	candidate, inputs := world(t)
	var out strings.Builder
	if err := report(candidate.Client, clientspec.Explain(candidate, inputs), []string{"You may not."}).write(&out); err != nil {
		t.Fatal(err)
	}
	want := `OAuthClient shop/web
  It belongs to OAuthServer auth/default (https://id.example), the default server.
  It is selected by OAuthClientPolicy "short" of namespace "auth".
Refused:
  ScopeNotAllowed: Scope "admin" is restricted by OAuthServer auth/default. Remove it from spec.scopes, or ask the server's administrator for a policy.
  ConsentNotAllowed: OAuthServer auth/default does not let clients skip consent. Set spec.consent to Remember, which asks each user once, or ask its administrator for a policy.
Allowed:
  Namespace "shop" may have clients (spec.clientNamespaces of the server).
  Its client ID is shop.web.
  It may use the grant types authorization_code and refresh_token (spec.grantTypes).
  It authenticates with client_secret_basic (spec.authentication).
  Its tokens can be for https://id.example (spec.audiences, and the issuer).
  Users return to https://shop.example/callback (spec.redirectURIs, spec.redirectURIsFrom).
  PKCE is Auto (spec.pkce).
  Its access tokens are bound to the key of the DPoP proof or the client certificate, if the token request has one (spec.tokens.accessToken.binding, or that of the server).
  Its access tokens live for 5m, ID tokens for 5m, refresh tokens for 720h and unused for 168h (spec.tokens, or spec.tokens of the server), within policy "short".
Not known:
  You may not.
`
	if out.String() != want {
		t.Errorf("it says:\n%s", out.String())
	}
}

// TestEveryReasonHasASentence: a rule that is added is either refused or allowed in words.
func TestEveryReasonHasASentence(t *testing.T) {
	candidate, inputs := world(t)
	x := clientspec.Explain(candidate, inputs)
	rotated := candidate.Client.DeepCopy()
	rotated.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{Interval: &metav1.Duration{Duration: time.Hour}}
	rotated.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{}
	rotated.Spec.StartPage, rotated.Spec.ClientURI = oauthv1alpha1.StartPageShow, "https://shop.example"
	x.Limits.FAPI2 = []string{"fapi"}
	x.Effective.Authentication.Federated = []workloads.Federated{{TrustedIssuer: "github"}}
	x.Effective.GrantTypes = append(x.Effective.GrantTypes, string(oauthv1alpha1.GrantDeviceCode))
	x.Effective.Interactive.BackchannelURI, x.Effective.Interactive.SignedRequests = "https://shop.example/logout", true
	x.Effective.Interactive.SecondFactor = true
	for _, decision := range decisions {
		sentence := decision.allowed(rotated, x)
		if !strings.HasSuffix(sentence, ".") || strings.Contains(sentence, "%!") {
			t.Errorf("%v: %q", decision.reasons, sentence)
		}
	}
}
