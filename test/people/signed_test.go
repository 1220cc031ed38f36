package people

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// objectSigner signs request objects.
type objectSigner struct {
	algorithm jose.SignatureAlgorithm
	key       jose.JSONWebKey
}

func newObjectSigner(t testing.TB, algorithm jose.SignatureAlgorithm) objectSigner {
	t.Helper()
	var key crypto.Signer
	var err error
	switch algorithm {
	case jose.EdDSA:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case jose.ES256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return objectSigner{algorithm, jose.JSONWebKey{Key: key, KeyID: "objects", Use: "sig"}}
}

// jwks is the public key as an OAuthClient has it.
func (s objectSigner) jwks(t testing.TB) *oauthv1alpha1.JSONWebKeySet {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{s.key.Public()}})
	set := &oauthv1alpha1.JSONWebKeySet{}
	if err == nil {
		err = json.Unmarshal(text, set)
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// pkcs8 is the private key for programs in other languages.
func (s objectSigner) pkcs8(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(s.key.Key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// keys lets a client sign its requests, whatever way it authenticates in.
func (s objectSigner) keys(t testing.TB) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RequestObject = &oauthv1alpha1.ClientRequestObject{JWKS: s.jwks(t)}
	}
}

// sign returns a JWT of a type; the empty one is none.
func (s objectSigner) sign(t testing.TB, kind string, members map[string]any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if kind != "" {
		options = options.WithType(jose.ContentType(kind))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: s.algorithm, Key: s.key}, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// members are what a request object of an application says, with changes; nil removes.
func members(app installation.App, change map[string]any) (all map[string]any, verifier string) {
	to, verifier := app.AuthorizationURL(nil)
	u, _ := url.Parse(to)
	now := time.Now().Unix()
	all = map[string]any{"iss": app.ID, "aud": app.Issuer, "iat": now, "nbf": now, "exp": now + 300, "jti": rand.Text()}
	for name, values := range u.Query() {
		all[name] = values[0]
	}
	maps.Copy(all, change)
	for name, value := range change {
		if value == nil {
			delete(all, name)
		}
	}
	return all, verifier
}

// object returns a request object of an application, with changes; nil removes.
func (s objectSigner) object(t testing.TB, app installation.App, change map[string]any) (text, verifier string) {
	t.Helper()
	all, verifier := members(app, change)
	return s.sign(t, "oauth-authz-req+jwt", all), verifier
}

// bring is the URL that brings a request object.
func bring(app installation.App, object string, more url.Values) string {
	values := url.Values{"client_id": {app.ID}, "request": {object}}
	maps.Copy(values, more)
	return app.Issuer + "/authorize?" + values.Encode()
}
