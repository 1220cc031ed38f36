package grants

import (
	"bytes"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

const (
	issuer    = storagetest.Issuer
	grantName = "00112233445566778899aabbccddeeff"
	loginName = "ffeeddccbbaa99887766554433221100"
	clientUID = "11111111-2222-4333-8444-555555555555"
	userUID   = "66666666-7777-4888-9999-aaaaaaaaaaaa"
)

var began = storagetest.Began

// knownStore returns a Store of storagetest.
func knownStore(t testing.TB) (*Store, *keys.Set) {
	t.Helper()
	backend, set := storagetest.NewBackend(t)
	return New(backend), set
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
