package integration

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
)

// claims of an access token (RFC 9068 section 2.2).
type claims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience []string `json:"aud"`
	ClientID string   `json:"client_id"`
	Scope    string   `json:"scope"`
	IssuedAt int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	ID       string   `json:"jti"`
}

// publicKeys reads the JWK Set.
func publicKeys(t testing.TB) jose.JSONWebKeySet {
	t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(ask(t, at(t, 0, "/jwks"), method("GET")).Body), &set); err != nil {
		t.Fatal(err)
	}
	return set
}

func TestAccessTokenHasTheShapeOfRFC9068(t *testing.T) {
	t.Parallel()
	g, set := grantor(t), publicKeys(t)
	seen := map[string]bool{}
	for _, life := range []time.Duration{2 * time.Second, 15 * time.Minute, 24 * time.Hour} {
		p := newParty(t, lifetime(life), audiences("one", "two"), scopes("read", "write"))
		for range 20 {
			before := time.Now().Unix()
			answer := ask(t, at(t, 1, "/token"), p.authentication(), add("grant_type", "client_credentials"),
				add("scope", "write read"), add("audience", "one"), add("audience", "two"))
			granted(t, answer)
			after := time.Now().Unix()
			if answer.JSON["expires_in"] != life.Seconds() {
				t.Errorf("expires_in is %v for a lifetime of %s", answer.JSON["expires_in"], life)
			}
			text, _ := answer.JSON["access_token"].(string)
			signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
			if err != nil {
				t.Fatal(err)
			}
			head := signed.Signatures[0].Protected
			if head.ExtraHeaders["typ"] != "at+jwt" || head.Algorithm != "ES256" || len(set.Key(head.KeyID)) != 1 || len(head.ExtraHeaders) != 1 {
				t.Fatalf("the header is %+v", head)
			}
			payload, err := signed.Verify(set.Key(head.KeyID)[0])
			if err != nil {
				t.Fatal(err)
			}
			var c claims
			if err := json.Unmarshal(payload, &c); err != nil {
				t.Fatal(err)
			}
			if c.Issuer != g.Issuer || c.Subject != p.ID || c.ClientID != p.ID || c.Scope != "write read" || !equal(c.Audience, []string{"one", "two"}) {
				t.Errorf("the claims are %s", payload)
			}
			if time.Duration(c.Expires-c.IssuedAt)*time.Second != life || c.IssuedAt < before || c.IssuedAt > after {
				t.Errorf("exp %d, iat %d at %d..%d for a lifetime of %s", c.Expires, c.IssuedAt, before, after, life)
			}
			if len(c.ID) < 22 || seen[c.ID] {
				t.Errorf("jti %q is short or was seen before", c.ID)
			}
			seen[c.ID] = true
		}
	}
}

func TestAudienceOfOneIsAnArray(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	signed, err := jose.ParseSignedCompact(p.token(t, 0), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &raw); err != nil {
		t.Fatal(err)
	}
	if wanted, _ := json.Marshal([]string{grantor(t).Issuer}); string(raw["aud"]) != string(wanted) {
		t.Errorf("aud is %s", raw["aud"])
	}
	if _, ok := raw["scope"]; ok {
		t.Errorf("a token without scope has the claim scope %s", raw["scope"])
	}
}

func TestAccessTokenVerifiesWithGoOIDC(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("api"))
	for n := range grantor(t).Servers {
		provider, err := oidc.NewProvider(t.Context(), grantor(t).Issuer)
		if err != nil {
			t.Fatal(err)
		}
		token := p.token(t, n, add("audience", "api"))
		verifier := provider.VerifierContext(context.Background(), &oidc.Config{ClientID: "api"})
		if _, err := verifier.Verify(t.Context(), token); err != nil {
			t.Error(err)
		}
		if _, err := provider.VerifierContext(context.Background(), &oidc.Config{ClientID: "other"}).Verify(t.Context(), token); err == nil {
			t.Error("go-oidc accepts the token for another audience")
		}
	}
}

func TestJWKSHoldsPublicKeysOnly(t *testing.T) {
	t.Parallel()
	set := publicKeys(t)
	var algorithms []string
	for _, key := range set.Keys {
		if !key.IsPublic() || !key.Valid() || key.Use != "sig" || key.KeyID == "" {
			t.Errorf("the set holds %+v", key)
		}
		algorithms = append(algorithms, key.Algorithm)
	}
	if !equal(algorithms, []string{"ES256", "RS256"}) {
		t.Errorf("the set holds keys for %v", algorithms)
	}
	if first, second := ask(t, at(t, 0, "/jwks"), method("GET")).Body, ask(t, at(t, 1, "/jwks"), method("GET")).Body; first != second {
		t.Errorf("the replicas publish different keys: %s %s", first, second)
	}
}

func TestOpaqueTokensOfOneClientDiffer(t *testing.T) {
	t.Parallel()
	p := newParty(t, opaque, audiences("one"))
	first, second := p.token(t, 0, add("audience", "one")), p.token(t, 0, add("audience", "one"))
	if first == second || len(first) != len(second) {
		t.Errorf("two tokens of one client: %d and %d characters", len(first), len(second))
	}
	answer := p.introspect(t, 1, first)
	active(t, answer)
	if !equal(audienceOf(answer), []string{"one"}) || answer.JSON["sub"] != p.ID || answer.JSON["client_uid"] != nil {
		t.Errorf("introspection says %s", answer.Body)
	}
}
