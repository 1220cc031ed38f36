package integration

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/tokens"
)

// material is the server's key Secret, which a forger does not have.
func material(t testing.TB) map[string][]byte {
	t.Helper()
	secret := &corev1.Secret{}
	key := client.ObjectKey{Namespace: devenv.SystemNamespace, Name: oauthv1alpha1.KeySecretName(devenv.ServerName)}
	if err := grantor(t).Admin.Get(t.Context(), key, secret); err != nil {
		t.Fatal(err)
	}
	return secret.Data
}

// forge signs a payload as compact JWS with the given header parameters.
func forge(t testing.TB, algorithm jose.SignatureAlgorithm, key any, head map[jose.HeaderKey]any, payload []byte) string {
	t.Helper()
	options := &jose.SignerOptions{ExtraHeaders: head}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func TestForgedJWTs(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	token := p.token(t, 0)
	parts := strings.Split(token, ".")
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	payload, kid := signed.UnsafePayloadWithoutVerification(), signed.Signatures[0].Protected.KeyID
	ring, err := keyring.Decode(material(t))
	if err != nil {
		t.Fatal(err)
	}
	ours := ring.Of(oauthv1alpha1.KeyUseSigning)[0]
	// Our RSA key signs ID tokens and no access tokens.
	large := ring.Of(oauthv1alpha1.KeyUseSigning)[1]
	foreign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	head := func(more ...any) map[jose.HeaderKey]any {
		out := map[jose.HeaderKey]any{"typ": "at+jwt", "kid": kid}
		for n := 0; n < len(more); n += 2 {
			name, _ := more[n].(jose.HeaderKey)
			out[name] = more[n+1]
		}
		return out
	}
	changed := func(edit func(map[string]any)) string {
		var all map[string]any
		if err := json.Unmarshal(payload, &all); err != nil {
			t.Fatal(err)
		}
		edit(all)
		text, _ := json.Marshal(all)
		return string(text)
	}
	der, _ := json.Marshal(jose.JSONWebKey{Key: foreign.Public()})
	sign := func(text string) string { return forge(t, jose.ES256, ours.Private, head(), []byte(text)) }
	for name, forged := range map[string]string{
		"alg none":                    encode(`{"alg":"none","typ":"at+jwt"}`) + "." + parts[1] + ".",
		"alg none with our kid":       encode(`{"alg":"none","kid":"`+kid+`","typ":"at+jwt"}`) + "." + parts[1] + ".",
		"alg none, signature kept":    encode(`{"alg":"none","kid":"`+kid+`","typ":"at+jwt"}`) + "." + parts[1] + "." + parts[2],
		"no signature":                parts[0] + "." + parts[1] + ".",
		"two parts":                   parts[0] + "." + parts[1],
		"four parts":                  token + ".x",
		"five parts":                  token + "." + parts[0] + "." + parts[1],
		"an empty header":             "." + parts[1] + "." + parts[2],
		"an empty payload":            parts[0] + ".." + parts[2],
		"typ JWT with our key":        forge(t, jose.ES256, ours.Private, head(jose.HeaderKey("typ"), "JWT"), payload),
		"no typ with our key":         forge(t, jose.ES256, ours.Private, map[jose.HeaderKey]any{"kid": kid}, payload),
		"typ logout with our key":     forge(t, jose.ES256, ours.Private, head(jose.HeaderKey("typ"), "logout+jwt"), payload),
		"RS256 with our RSA key":      forge(t, jose.RS256, large.Private, head(jose.HeaderKey("kid"), large.ID), payload),
		"an ID token of our RSA key":  forge(t, jose.RS256, large.Private, head(jose.HeaderKey("kid"), large.ID, jose.HeaderKey("typ"), "JWT"), payload),
		"RS256 with our ES256 kid":    forge(t, jose.RS256, large.Private, head(), payload),
		"an unknown kid":              forge(t, jose.ES256, ours.Private, head(jose.HeaderKey("kid"), "000000000000"), payload),
		"no kid":                      forge(t, jose.ES256, ours.Private, map[jose.HeaderKey]any{"typ": "at+jwt"}, payload),
		"a foreign key with our kid":  forge(t, jose.ES256, foreign, head(), payload),
		"a foreign key in the header": forge(t, jose.ES256, foreign, head(jose.HeaderKey("jwk"), json.RawMessage(der)), payload),
		"HS256 with the public key":   forge(t, jose.HS256, []byte(ask(t, at(t, 0, "/jwks"), method("GET")).Body), head(), payload),
		"another issuer, our key":     sign(changed(func(c map[string]any) { c["iss"] = "https://other.example.com" })),
		"the issuer with a slash":     sign(changed(func(c map[string]any) { c["iss"] = grantor(t).Issuer + "/" })),
		"no issuer":                   sign(changed(func(c map[string]any) { delete(c, "iss") })),
		"expired, our key":            sign(changed(func(c map[string]any) { c["exp"] = time.Now().Unix() - 1 })),
		"no exp":                      sign(changed(func(c map[string]any) { delete(c, "exp") })),
		"exp as text":                 sign(changed(func(c map[string]any) { c["exp"] = "9999999999" })),
		"no client UID":               sign(changed(func(c map[string]any) { delete(c, "client_uid") })),
		"another client UID":          sign(changed(func(c map[string]any) { c["client_uid"] = "00000000-0000-0000-0000-000000000000" })),
		"payload that is no JSON":     sign("x"),
		"payload null":                sign("null"),
		"a longer lifetime":           parts[0] + "." + encode(changed(func(c map[string]any) { c["exp"] = 9999999999 })) + "." + parts[2],
		"more scope":                  parts[0] + "." + encode(changed(func(c map[string]any) { c["scope"] = "write" })) + "." + parts[2],
		"a signature of zeros":        parts[0] + "." + parts[1] + "." + encode(strings.Repeat("\x00", 64)),
		"a longer signature":          parts[0] + "." + parts[1] + "." + parts[2] + "AA",
		"a shorter signature":         parts[0] + "." + parts[1] + "." + parts[2][:80],
		"padding":                     token + "==",
		"space in front":              " " + token,
		"opaque prefix":               "gat_" + token,
	} {
		t.Run(name, func(t *testing.T) { inactive(t, p.introspect(t, 1, forged)) })
	}
	t.Run("the same, signed properly, is active", func(t *testing.T) {
		set, err := keys.NewSet(material(t), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		again, err := set.Signer().Sign(keys.TypeAccessToken, payload)
		if err != nil {
			t.Fatal(err)
		}
		active(t, p.introspect(t, 1, again))
	})
}

// Every character of either form counts.
func TestChangedTokens(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			p := newParty(t, format)
			token := p.token(t, 0)
			for n := range len(token) {
				// Its lowest bit, which the last character may not use.
				other := alphabet[(strings.IndexByte(alphabet, token[n])^1+64)%64]
				if other == token[n] {
					other = 'A'
				}
				changed := token[:n] + string(other) + token[n+1:]
				if answer := p.introspect(t, n%2, changed); answer.Body != `{"active":false}` {
					t.Errorf("character %d of %d changed from %c to %c: %s", n, len(token), token[n], other, answer.Body)
				}
			}
			for _, changed := range []string{token[:len(token)-1], token + "A", token + "=", token[1:], strings.ToUpper(token), token + "\x00", token + token} {
				inactive(t, p.introspect(t, 0, changed))
			}
			active(t, p.introspect(t, 0, token))
		})
	}
}

// What was sealed for another issuer, or signed by keys of another server, is
// nothing here.
func TestTokensOfAnotherServer(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	ours, err := keys.NewSet(material(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := keystest.NewStore(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	content := func(issuer string) tokens.AccessClaims {
		return tokens.AccessClaims{
			Issuer: issuer, Subject: p.ID, Audience: []string{issuer}, ClientID: p.ID, ClientUID: string(p.object.UID),
			IssuedAt: now, ExpiresAt: now + 600, ID: tokens.NewID(),
		}
	}
	for _, format := range []oauthv1alpha1.AccessTokenFormat{oauthv1alpha1.AccessTokenJWT, oauthv1alpha1.AccessTokenOpaque} {
		for name, test := range map[string]struct {
			set    *keys.Set
			issuer string
			good   bool
		}{
			"ours":                  {ours, grantor(t).Issuer, true},
			"our keys, their name":  {ours, "http://127.0.0.1:1", false},
			"their keys, our name":  {theirs, grantor(t).Issuer, false},
			"theirs":                {theirs, "http://127.0.0.1:1", false},
			"our keys, longer name": {ours, grantor(t).Issuer + "/x", false},
		} {
			t.Run(string(format)+" "+name, func(t *testing.T) {
				token, err := tokens.Mint(test.set, format, content(test.issuer))
				if err != nil {
					t.Fatal(err)
				}
				answer := p.introspect(t, 0, token)
				if test.good {
					active(t, answer)
				} else {
					inactive(t, answer)
				}
			})
		}
	}
}
