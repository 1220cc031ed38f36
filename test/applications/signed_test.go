package applications

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"testing"

	"github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// signing makes a client one that must sign its requests, and returns the private key for
// the application.
func signing(t *testing.T) (private string, change func(*oauthv1alpha1.OAuthClient)) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public()}}})
	set := &oauthv1alpha1.JSONWebKeySet{}
	if err == nil {
		err = json.Unmarshal(text, set)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.PKCE, c.Spec.SignedRequests = oauthv1alpha1.PKCERequired, oauthv1alpha1.SignedRequestsRequired
		c.Spec.RequestObject = &oauthv1alpha1.ClientRequestObject{JWKS: set}
	}
}
