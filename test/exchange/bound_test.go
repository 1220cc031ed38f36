package exchange

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// proving sends a token request with a proof of a key.
func proving(t testing.TB, as installation.App, key dpoptest.Key, form url.Values) installation.Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, as.Issuer+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("DPoP", key.Proof(http.MethodPost, as.Issuer+"/token", nil))
	r.SetBasicAuth(url.QueryEscape(as.ID), url.QueryEscape(as.Secret))
	return installation.Do(t, r)
}

// A token that is bound never becomes one that anybody can use, and its own client must have
// its key.
func TestBoundTokens(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t))
	own := g.NewApp(t, installation.Application(c.namespace, "own", func(o *oauthv1alpha1.OAuthClient) {
		o.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantTokenExchange}
		o.Spec.Audiences = []oauthv1alpha1.Audience{oauthv1alpha1.Audience(c.gateway.ID)}
		o.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{Subjects: []oauthv1alpha1.TokenExchangeSubject{ofClients("*")}}
	}))
	key, other := dpoptest.NewKey(t), dpoptest.NewKey(t)
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	code, verifier := own.Code(t, v, "alice", url.Values{"scope": {"openid read"}, "audience": {c.gateway.ID}})
	tokens := proving(t, own, key, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {own.Redirect}, "code_verifier": {verifier}}).JSON
	if tokens["token_type"] != "DPoP" {
		t.Fatalf("no bound token: %v", tokens)
	}
	form := url.Values{"grant_type": {string(oauthv1alpha1.GrantTokenExchange)}, "subject_token": {bearer(tokens)}, "subject_token_type": {typeAccess}}
	denied(t, exchange(t, c.gateway, bearer(tokens), typeAccess, nil), "invalid_dpop_proof")
	denied(t, exchange(t, own, bearer(tokens), typeAccess, nil), "invalid_dpop_proof")
	denied(t, proving(t, own, other, form), "invalid_request")
	given(t, proving(t, own, key, form))
	got := given(t, proving(t, c.gateway, other, form))
	bound, _ := introspected(t, c.orders, bearer(got))["cnf"].(map[string]any)
	if got["token_type"] != "DPoP" || bound["jkt"] != other.Thumbprint(t) {
		t.Errorf("%v is bound to %v", got, bound)
	}
	// A token that is not bound can become one that is.
	form.Set("subject_token", bearer(c.tokens(t, "read")))
	if got := given(t, proving(t, c.gateway, other, form)); got["token_type"] != "DPoP" {
		t.Errorf("the answer is %v", got)
	}
	cnf := ci.token(t, c.gateway.ID, map[string]any{"cnf": map[string]any{"jkt": key.Thumbprint(t)}})
	denied(t, exchange(t, c.gateway, cnf, typeJWT, nil), "invalid_dpop_proof")
}
