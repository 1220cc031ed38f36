package clientauth

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/jwksets"
)

var encode = base64.RawURLEncoding.EncodeToString

// pair is a key whose seed is one byte, again and again.
func pair(t testing.TB, seed byte) (ed25519.PrivateKey, publickeys.Key) {
	t.Helper()
	raw := make([]byte, ed25519.SeedSize)
	raw[0] = seed
	private := ed25519.NewKeyFromSeed(raw)
	public, err := publickeys.Parse(publickeys.JWK{KeyType: "OKP", Curve: "Ed25519", KeyID: "k", X: encode(private.Public().(ed25519.PublicKey))})
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

// signed returns claims as a token.
func signed(t testing.TB, private ed25519.PrivateKey, claims string) *assertions.Assertion {
	t.Helper()
	text := encode([]byte(`{"alg":"EdDSA","kid":"k"}`)) + "." + encode([]byte(claims))
	token, err := assertions.Parse(text + "." + encode(ed25519.Sign(private, []byte(text))))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// published are the keys of trusted issuers by their names; nil cannot be fetched.
type published map[string][]publickeys.Key

// Keys implements KeySets.
func (p published) Keys(_ context.Context, name string, from jwksets.Source, _ func(publickeys.Key) bool) ([]publickeys.Key, error) {
	if (from.URI == "") == (from.Issuer == "") {
		return nil, fmt.Errorf("asked for the keys at %+v", from)
	}
	if p[name] == nil {
		return nil, errors.New("away")
	}
	return p[name], nil
}

// Two entries have the same issuer, as clusters do. What counts is the key of the one that
// the client names.
func TestOfWorkload(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	eastKey, eastPublic := pair(t, 1)
	westKey, westPublic := pair(t, 2)
	a := New(Options{
		Issuer: func() string { return clientstest.Issuer }, Now: func() time.Time { return now },
		IssuerKeys: published{"east": {eastPublic}, "west": {westPublic}},
	})
	cluster := func(name, subject string) workloads.Federated {
		return workloads.Federated{TrustedIssuer: name, Issuer: "https://cluster", JWKSURI: "https://" + name, Subject: subject}
	}
	hub := workloads.Federated{TrustedIssuer: "east", Issuer: "https://hub", Subject: "repo:acme/", Prefix: true, Claims: map[string]string{"owner": "65"}}
	const times = `"exp":1800000060`
	base := `{"iss":"https://cluster","sub":"a","aud":"` + clientstest.Issuer + `",` + times + `}`
	ofHub := func(rest string) string {
		return `{"iss":"https://hub","aud":["` + clientstest.Issuer + `"],` + times + `,` + rest + `}`
	}
	for name, test := range map[string]struct {
		workloads []workloads.Federated
		key       ed25519.PrivateKey
		claims    string
		cause     audit.Cause
	}{
		"of the east":                           {[]workloads.Federated{cluster("east", "a")}, eastKey, base, ""},
		"of the west":                           {[]workloads.Federated{cluster("west", "a")}, westKey, base, ""},
		"of the west, for the east":             {[]workloads.Federated{cluster("east", "a")}, westKey, base, audit.TokenSignature},
		"of the second workload":                {[]workloads.Federated{hub, cluster("west", "b"), cluster("west", "a")}, westKey, base, ""},
		"of an issuer that is away":             {[]workloads.Federated{cluster("north", "a")}, westKey, base, audit.TokenKeys},
		"of an issuer that is away, and others": {[]workloads.Federated{cluster("north", "b")}, westKey, base, audit.TokenSubject},
		"of all that an owner has":              {[]workloads.Federated{hub}, eastKey, ofHub(`"sub":"repo:acme/shop","owner":"65"`), ""},
		"of another owner":                      {[]workloads.Federated{hub}, eastKey, ofHub(`"sub":"repo:acme/shop","owner":"66"`), audit.TokenClaim},
		"of nobody":                             {[]workloads.Federated{hub}, eastKey, ofHub(`"sub":"repo:acme/shop"`), audit.TokenClaim},
		"of an owner that is null":              {[]workloads.Federated{hub}, eastKey, ofHub(`"sub":"repo:acme/shop","owner":null`), audit.TokenClaim},
		"of an owner in other case":             {[]workloads.Federated{hub}, eastKey, ofHub(`"sub":"repo:acme/shop","Owner":"65"`), audit.TokenClaim},
		"of a name that begins alike":           {[]workloads.Federated{hub}, eastKey, ofHub(`"sub":"repo:acme","owner":"65"`), audit.TokenSubject},
		"of a subject that begins alike":        {[]workloads.Federated{cluster("east", "")}, eastKey, base, audit.TokenSubject},
		"of no workload":                        {nil, eastKey, base, audit.TokenIssuer},
		"of another issuer":                     {[]workloads.Federated{hub}, eastKey, base, audit.TokenIssuer},
		"for another":                           {[]workloads.Federated{cluster("east", "a")}, eastKey, `{"iss":"https://cluster","sub":"a","aud":"x",` + times + `}`, audit.TokenAudience},
		"for another, too": {[]workloads.Federated{cluster("east", "a")}, eastKey,
			`{"iss":"https://cluster","sub":"a","aud":["` + clientstest.Issuer + `","x"],` + times + `}`, audit.TokenAudience},
		"that has ended": {[]workloads.Federated{cluster("east", "a")}, eastKey,
			`{"iss":"https://cluster","sub":"a","aud":"` + clientstest.Issuer + `","exp":1800000000}`, audit.TokenExpired},
		"that ends in a day": {[]workloads.Federated{cluster("east", "a")}, eastKey,
			`{"iss":"https://cluster","sub":"a","aud":"` + clientstest.Issuer + `","exp":1800086400}`, ""},
		"that ends later": {[]workloads.Federated{cluster("east", "a")}, eastKey,
			`{"iss":"https://cluster","sub":"a","aud":"` + clientstest.Issuer + `","exp":1800086500}`, audit.TokenExpired},
		"that was issued for longer": {[]workloads.Federated{cluster("east", "a")}, eastKey,
			`{"iss":"https://cluster","sub":"a","aud":"` + clientstest.Issuer + `","exp":1800000060,"iat":1799900000}`, audit.TokenExpired},
		"without an issuer, for one that says none": {[]workloads.Federated{{TrustedIssuer: "east", JWKSURI: "https://east", Subject: "spiffe://x/a"}}, eastKey,
			`{"sub":"spiffe://x/a","aud":["` + clientstest.Issuer + `"],` + times + `}`, ""},
		"with an issuer, for one that says none": {[]workloads.Federated{{TrustedIssuer: "east", JWKSURI: "https://east", Subject: "a"}}, eastKey, base, audit.TokenIssuer},
	} {
		t.Run(name, func(t *testing.T) {
			client := clients.New(clientspec.Client{ID: "team.app", Authentication: clientspec.Authentication{Federated: test.workloads}})
			err := a.ofWorkload(t.Context(), client, signed(t, test.key, test.claims))
			if test.cause == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			event := Rejected(audit.Event{}, err)
			refusal, _ := errors.AsType[*httpx.Error](err)
			want := http.StatusUnauthorized
			if test.cause == audit.TokenKeys {
				want = http.StatusServiceUnavailable
			} else if refusal != errClientAuthentication {
				t.Errorf("the client is told %v", err)
			}
			if event.Cause != test.cause || event.Claimed != "team.app" || refusal == nil || refusal.Status != want {
				t.Errorf("refused with %v, %+v", err, event)
			}
		})
	}
}
