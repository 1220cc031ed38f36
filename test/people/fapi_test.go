package people

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// fapiClient is a client that authenticates with a key, and the key of its tokens.
type fapiClient struct {
	installation.App
	signs  objectSigner
	proves dpoptest.Key
}

// post sends a form with an assertion for an audience and, at /token, a DPoP proof.
func (c fapiClient) post(t testing.TB, path, audience string, form url.Values) installation.Answer {
	t.Helper()
	now := time.Now().Unix()
	form = maps.Clone(form)
	form.Set("client_id", c.ID)
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", c.signs.sign(t, "JWT", map[string]any{"iss": c.ID, "sub": c.ID, "aud": audience, "iat": now, "exp": now + 60, "jti": rand.Text()}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.Issuer+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if path == "/token" {
		request.Header.Set("DPoP", c.proves.Proof(http.MethodPost, c.Issuer+path, nil))
	}
	return installation.Do(t, request)
}

// A client in a namespace with the profile is told what it lacks, is accepted once it lacks
// nothing, and works.
func TestFAPI2(t *testing.T) {
	t.Parallel()
	g, c := grantor(t), fapiClient{App: newApp(t), signs: newObjectSigner(t, jose.ES256), proves: dpoptest.NewKey(t)}
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: c.Object.Namespace + "-fapi"}}
	policy.Spec.NamespaceSelector = metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": c.Object.Namespace}}
	policy.Spec.Require.Profile = oauthv1alpha1.SecurityProfileFAPI2
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	told := meta.FindStatusCondition(g.AwaitCondition(t, c.Object, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonProfileRequired).Status.Conditions, oauthv1alpha1.ConditionAccepted)
	for _, text := range []string{policy.Name, "authentication.method", "pushedAuthorization", "spec.pkce", "accessToken.binding", "idToken.algorithm", "refreshToken.retry"} {
		if !strings.Contains(told.Message, text) {
			t.Errorf("%q is not in %q", text, told.Message)
		}
	}
	change(t, c.Object, func(o *oauthv1alpha1.OAuthClient) {
		pushRequired(o)
		pkceRequired(o)
		o.Spec.Authentication = oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, JWKS: c.signs.jwks(t)}
		o.Spec.Tokens.AccessToken.Binding, o.Spec.Tokens.IDToken.Algorithm = oauthv1alpha1.AccessTokenBindingDPoP, oauthv1alpha1.IDTokenES256
		o.Spec.Tokens.RefreshToken.Retry = oauthv1alpha1.RefreshTokenRetryUntilUsed
	})
	g.AwaitCondition(t, c.Object, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")

	to, verifier := c.AuthorizationURL(nil)
	u, _ := url.Parse(to)
	form := u.Query()
	for _, other := range []string{c.Issuer + "/token", c.Issuer + "/par"} {
		denied(t, c.post(t, "/par", other, form), "invalid_client")
	}
	pushed := c.post(t, "/par", c.Issuer, form)
	if pushed.Status != http.StatusCreated {
		t.Fatalf("/par answers %d %s", pushed.Status, pushed.Body)
	}
	v := visitor(t)
	to = c.Issuer + "/authorize?" + url.Values{"client_id": {c.ID}, "request_uri": {text(pushed.JSON["request_uri"])}}.Encode()
	code := answered(t, v.Through(t, v.Get(t, to), "alice"))
	tokens := tokensOf(t, c.post(t, "/token", c.Issuer, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "code_verifier": {verifier}, "redirect_uri": {c.Redirect},
	}))
	if tokens["token_type"] != "DPoP" {
		t.Errorf("the token is %v", tokens["token_type"])
	}
	verified(t, c.App, tokens, "ES256")
}
