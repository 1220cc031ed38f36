package oidc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// signingKey signs, and has a public half that the provider shows.
type signingKey struct {
	private *ecdsa.PrivateKey
	id      string
}

func newKey(t *testing.T, id string) signingKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signingKey{private, id}
}

func (k signingKey) public() any {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k.private.Public(), KeyID: k.id, Algorithm: "ES256"}}}
}

func (k signingKey) sign(t *testing.T, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("logout+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func logoutClaims(p *fakeProvider, now time.Time) map[string]any {
	return map[string]any{
		"iss": p.URL, "aud": []string{"grantor"}, "iat": now.Unix(), "jti": "1", "sub": "7", "sid": "s-7", "events": map[string]any{logoutEvent: map[string]any{}},
	}
}

// TestTextsOfStrangers cost no request to the provider.
func TestTextsOfStrangers(t *testing.T) {
	now, stranger := time.Now(), newKey(t, "a")
	for sentence, change := range map[string]func(map[string]any){
		"for another server": func(c map[string]any) { c["aud"] = "another" },
		"without aud":        func(c map[string]any) { delete(c, "aud") },
		"of another issuer":  func(c map[string]any) { c["iss"] = "https://login.example.com" },
		"of yesterday":       func(c map[string]any) { c["iat"] = now.Add(-24 * time.Hour).Unix() },
		"without events":     func(c map[string]any) { delete(c, "events") },
		"with a nonce":       func(c map[string]any) { c["nonce"] = "n" },
	} {
		p := newProvider(t)
		claims := logoutClaims(p, now)
		change(claims)
		if _, err := p.connector(time.Now).Logout(t.Context(), stranger.sign(t, claims)); !errors.Is(err, ErrLogoutToken) {
			t.Errorf("%s: %v", sentence, err)
		}
		if len(p.asked) != 0 {
			t.Errorf("%s: the provider was asked %v", sentence, p.asked)
		}
	}
}

// TestLogoutTokensAmongForgeries: strangers neither make the server read keys without end, nor keep
// the tokens of the provider out.
func TestLogoutTokensAmongForgeries(t *testing.T) {
	now, p := time.Now(), newProvider(t)
	ours, next, stranger := newKey(t, "a"), newKey(t, "b"), newKey(t, "a")
	p.answers["/keys"] = ours.public()
	c := p.connector(func() time.Time { return now })
	hear := func(key signingKey) error {
		logout, err := c.Logout(t.Context(), key.sign(t, logoutClaims(p, now)))
		if err == nil && (logout.Subject != "7" || logout.Session != "s-7") {
			t.Errorf("%+v", logout)
		}
		return err
	}
	for range 50 {
		if err := hear(stranger); !errors.Is(err, ErrLogoutToken) {
			t.Fatal(err)
		}
	}
	if err := hear(ours); err != nil {
		t.Errorf("the provider's own: %v", err)
	}
	if asked := p.asked["/keys"]; asked > keyReads.Burst {
		t.Errorf("the keys were read %d times", asked)
	}
	p.answers["/keys"], now = next.public(), now.Add(keyReads.Every)
	if err := hear(next); err != nil {
		t.Errorf("with the next key: %v", err)
	}
	if err := hear(ours); !errors.Is(err, ErrLogoutToken) {
		t.Errorf("with a key that is gone: %v", err)
	}
}

// TestKeysThatCannotBeRead are no reason to call a token wrong.
func TestKeysThatCannotBeRead(t *testing.T) {
	now, ours := time.Now(), newKey(t, "a")
	for sentence, change := range map[string]func(*fakeProvider){
		"an error":   func(p *fakeProvider) { p.status["/keys"] = 503 },
		"no keys":    func(p *fakeProvider) { p.answers["/keys"] = map[string]any{} },
		"no object":  func(p *fakeProvider) { p.answers["/keys"] = "keys" },
		"no answers": func(p *fakeProvider) { delete(p.answers, "/keys") },
	} {
		p := newProvider(t)
		change(p)
		c := p.connector(func() time.Time { return now })
		token := ours.sign(t, logoutClaims(p, now))
		if _, err := c.Logout(t.Context(), token); err == nil || errors.Is(err, ErrLogoutToken) {
			t.Errorf("%s: %v", sentence, err)
		}
		p.answers["/keys"] = ours.public()
		maps.DeleteFunc(p.status, func(string, int) bool { return true })
		if _, err := c.Logout(t.Context(), token); err != nil {
			t.Errorf("%s, and then keys: %v", sentence, err)
		}
	}
}

// TestKeysThatNobodyKnows are left out of a set.
func TestKeysThatNobodyKnows(t *testing.T) {
	ours := newKey(t, "a")
	known, err := json.Marshal(ours.public().(jose.JSONWebKeySet).Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	body := `{"keys":[{"kty":"OKP","crv":"Ed448","x":"AA"},{"kty":"oct","k":"c2VjcmV0"},{"kty":"RSA"},7,` + string(known) + `]}`
	if keys, ok := parseKeys([]byte(body)); !ok || len(keys) != 1 || keys[0].KeyID != "a" {
		t.Errorf("%+v, %t", keys, ok)
	}
}
