package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// signing is a client that signs its assertions.
type signing struct {
	id     string
	signer jose.Signer
}

func newSigning(t *testing.T, g *installation.Installation) signing {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	c := g.Create(t, installation.Service(shared.Namespace(t), "signs", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		c.Spec.Authentication.JWKS = &oauthv1alpha1.JSONWebKeySet{Keys: []oauthv1alpha1.JSONWebKey{{
			KeyID: "own", Use: "sig", KeyType: oauthv1alpha1.KeyTypeEC, Curve: "P-256", X: encode(point[1:33]), Y: encode(point[33:]),
		}}}
	}))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "own"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return signing{c.ClientID(), signer}
}

func (s signing) form(t *testing.T, issuer, jti string) url.Values {
	t.Helper()
	now := time.Now().Unix()
	claims, err := json.Marshal(map[string]any{"iss": s.id, "sub": s.id, "aud": issuer, "jti": jti, "iat": now, "exp": now + 60})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	assertion, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {"read"}, "client_id": {s.id},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
	}
}

// An assertion counts once, however many replicas get it at the same time, while they
// take another root key into use; and not again afterwards.
func TestAnAssertionCountsOnceWhileTheRootKeyIsReplaced(t *testing.T) {
	g := grantor(t)
	client := newSigning(t, g)
	stop := make(chan struct{})
	var work sync.WaitGroup
	var used []url.Values
	work.Go(func() {
		// A client may send no more than twenty in a second to a replica.
		pace := time.NewTicker(150 * time.Millisecond)
		defer pace.Stop()
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-pace.C:
			}
			form := client.form(t, g.Issuer, fmt.Sprintf("assertion-%d", n))
			var granted atomic.Int32
			var race sync.WaitGroup
			for i := range 6 {
				race.Go(func() {
					url := g.Servers[i%len(g.Servers)].Options().URL
					if installation.Post(t, url+"/token", "", "", form).Status == http.StatusOK {
						granted.Add(1)
					}
				})
			}
			race.Wait()
			if granted.Load() != 1 {
				t.Errorf("assertion %d counted %d times", n, granted.Load())
			}
			used = append(used, form)
		}
	})
	for range 4 {
		requestRotation(t, g, oauthv1alpha1.KeyUseRoot)
	}
	close(stop)
	work.Wait()
	if len(used) < 20 {
		t.Errorf("only %d assertions", len(used))
	}
	t.Logf("%d assertions", len(used))
	for n, form := range used {
		url := g.Servers[n%len(g.Servers)].Options().URL
		if answer := installation.Post(t, url+"/token", "", "", form); answer.Status == http.StatusOK {
			t.Errorf("assertion %d counts again", n)
		}
	}
}
