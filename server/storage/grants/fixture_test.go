package grants

import (
	"bytes"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

const (
	issuer    = "https://issuer.example"
	grantName = "00112233445566778899aabbccddeeff"
	loginName = "ffeeddccbbaa99887766554433221100"
	clientUID = "11111111-2222-4333-8444-555555555555"
	userUID   = "66666666-7777-4888-9999-aaaaaaaaaaaa"
)

var began = time.Date(2030, 1, 2, 3, 4, 5, 678e6, time.UTC)

// knownStore returns a Store without an API server whose root key is the same in
// every run.
func knownStore(t testing.TB) (*Store, *keys.Set) {
	t.Helper()
	ring, err := keyring.Generate(began)
	if err != nil {
		t.Fatal(err)
	}
	root := keyring.Key{ID: "r1", Use: oauthv1alpha1.KeyUseRoot, CreatedAt: began.Add(time.Hour), Bytes: bytes.Repeat([]byte{7}, 32)}
	data, err := keyring.New(append(ring.Keys(), root)...).Encode()
	if err != nil {
		t.Fatal(err)
	}
	held := &keys.Store{}
	store := New(storage.Backend{Namespace: "grantor-system", Keys: held, Issuer: func() string { return issuer }})
	if err := held.Load(data); err != nil {
		t.Fatal(err)
	}
	set, err := held.Current()
	if err != nil {
		t.Fatal(err)
	}
	return store, set
}

// typicalCode is what a usual request of OpenID Connect gives.
func typicalCode() Code {
	return Code{
		Grant: grantName, ClientUID: clientUID, Subject: "local:" + userUID, UserUID: userUID, Login: loginName, Remembered: true,
		Scopes:    []Digest{DigestOf("openid"), DigestOf("profile"), DigestOf("email"), DigestOf("groups")},
		Audiences: []Digest{DigestOf(issuer)}, Nonce: "n-0S6_WzA2Mj", Challenge: bytes.Repeat([]byte{1}, 32),
		RedirectURI: RedirectDigest("https://app.example/callback"), RedirectSent: true, Userinfo: ClaimSet(0).With("email"),
		AMR: []string{"pwd"}, AuthTime: began.Add(-time.Minute), IssuedAt: began, ExpiresAt: began.Add(time.Minute),
	}
}

// typicalGrant is what redeeming that code gives, with nothing left to chance.
func typicalGrant() *Grant {
	g := Begin(Grant{
		ClientID: "team.app", Scopes: []string{"openid", "profile"}, Audiences: []string{issuer},
	}, typicalCode(), Lifetimes{Whole: 720 * time.Hour, Idle: 24 * time.Hour, Access: 15 * time.Minute}, began)
	g.nonce, g.attempt = []byte("nonce-of-it!"), []byte("first-try-of")
	return g
}
