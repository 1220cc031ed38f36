package clientdocuments

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/grantor-dev/grantor/test/installation"
)

// signer makes the assertions of a client.
type signer struct {
	signer jose.Signer
	keys   jose.JSONWebKeySet
}

func newSigner(t testing.TB) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return signer{made, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}}}
}

// assertion is what a client sends to authenticate.
func (s signer) assertion(t testing.TB, id, audience string) url.Values {
	t.Helper()
	now := time.Now()
	text, err := jwt.Signed(s.signer).Claims(jwt.Claims{
		Issuer: id, Subject: id, Audience: jwt.Audience{audience}, ID: rand.Text(), IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {text}}
}

// A client whose document names its keys authenticates with them, and nothing that it got is
// of use without.
func TestClientThatSigns(t *testing.T) {
	g := grantor(t)
	keys := newSigner(t)
	id := sites.publishes(t, map[string]any{
		"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_methods_supported": []string{"none", "private_key_jwt"},
		"jwks_uri": "https://" + sites.host + "/keys",
	})
	sites.mu.Lock()
	sites.published["/keys"] = func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(keys.keys) }
	sites.mu.Unlock()
	app, v := client(g.Issuer, id), g.Visitor()
	code, verifier := app.Code(t, v, "alice", url.Values{"scope": {"openid offline_access"}})
	if answer := app.Redeem(t, code, verifier, nil); answer.Code() != "invalid_grant" {
		t.Errorf("without an assertion: %d %s", answer.Status, answer.Body)
	}
	if answer := app.Redeem(t, code, verifier, newSigner(t).assertion(t, id, g.Issuer)); answer.Code() != "invalid_client" {
		t.Errorf("with another key: %d %s", answer.Status, answer.Body)
	}
	assertion := keys.assertion(t, id, g.Issuer)
	answer := app.Redeem(t, code, verifier, assertion)
	if answer.Status != http.StatusOK {
		t.Fatalf("/token answers %d %s", answer.Status, answer.Body)
	}
	sites.setAway(true)
	t.Cleanup(func() { sites.setAway(false) })
	refresh, _ := answer.JSON["refresh_token"].(string)
	if again := app.Refresh(t, refresh, assertion); again.Code() != "invalid_client" {
		t.Errorf("with the assertion of before: %d %s", again.Status, again.Body)
	}
	if again := app.Refresh(t, refresh, nil); again.Code() != "invalid_grant" {
		t.Errorf("a refresh without an assertion: %d %s", again.Status, again.Body)
	}
	if answer = app.Refresh(t, refresh, keys.assertion(t, id, g.Issuer+"/token")); answer.Status != http.StatusOK {
		t.Fatalf("a refresh answers %d %s", answer.Status, answer.Body)
	}
	access, _ := answer.JSON["access_token"].(string)
	for _, server := range g.Servers {
		if told := installation.Userinfo(t, server.Options().URL, access); told.Status != http.StatusOK {
			t.Errorf("userinfo answers %d %s", told.Status, told.Body)
		}
	}
	v.Get(t, g.Issuer+"/account").Shows(t, id, sites.host)
	form := keys.assertion(t, id, g.Issuer)
	form.Set("grant_type", "client_credentials")
	if answer := app.Post(t, "/token", form); answer.Code() != "unauthorized_client" {
		t.Errorf("client_credentials: %d %s", answer.Status, answer.Body)
	}
}

// A client that has no keys does not gain any by sending an assertion.
func TestAssertionOfAClientWithoutKeys(t *testing.T) {
	g := grantor(t)
	app, v := client(g.Issuer, sites.publishes(t, nil)), g.Visitor()
	code, verifier := app.Code(t, v, "alice", nil)
	if answer := app.Redeem(t, code, verifier, newSigner(t).assertion(t, app.ID, g.Issuer)); answer.Code() != "invalid_client" {
		t.Errorf("answered %d %s", answer.Status, answer.Body)
	}
	if answer := app.Redeem(t, code, verifier, nil); answer.Status != http.StatusOK {
		t.Errorf("after that: %d %s", answer.Status, answer.Body)
	}
}

// A request is pushed as the client that the document describes, or not at all.
func TestPushingOfAClientThatSigns(t *testing.T) {
	g := grantor(t)
	keys := newSigner(t)
	app := client(g.Issuer, sites.publishes(t, map[string]any{"token_endpoint_auth_method": "private_key_jwt", "jwks": keys.keys}))
	if _, _, answer := app.Push(t, nil); answer.Code() != "invalid_client" {
		t.Errorf("without an assertion: %d %s", answer.Status, answer.Body)
	}
	to, verifier, answer := app.Push(t, keys.assertion(t, app.ID, g.Issuer))
	if answer.Status != http.StatusCreated {
		t.Fatalf("/par answers %d %s", answer.Status, answer.Body)
	}
	v := g.Visitor()
	view := v.Through(t, v.Get(t, to), "alice")
	var got installation.Answer
	if got = app.Redeem(t, view.Param("code"), verifier, keys.assertion(t, app.ID, g.Issuer)); got.Status != http.StatusOK {
		t.Errorf("/token answers %d %s", got.Status, got.Body)
	}
	if !strings.Contains(got.Body, "refresh_token") {
		t.Errorf("/token answers %s", got.Body)
	}
}
