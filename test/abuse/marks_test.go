package abuse

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// assertion returns one that a client signed.
func (f *field) assertion(key ed25519.PrivateKey, id string) string {
	encode := base64.RawURLEncoding.EncodeToString
	claims, _ := json.Marshal(map[string]any{
		"iss": id, "sub": id, "aud": f.Issuer, "jti": rand.Text(), "exp": time.Now().Add(5 * time.Minute).Unix(), "iat": time.Now().Unix(),
	})
	text := encode([]byte(`{"alg":"EdDSA"}`)) + "." + encode(claims)
	return text + "." + encode(ed25519.Sign(key, []byte(text)))
}

// assertions is H3: a client that signs a new assertion for each request stores no more than
// its share.
func assertions(t *testing.T, f *field) string {
	t.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := f.Create(t, installation.Service(f.tenant.namespace, "signs", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		jwk := oauthv1alpha1.JSONWebKey{KeyType: oauthv1alpha1.KeyTypeOKP, Curve: "Ed25519", X: base64.RawURLEncoding.EncodeToString(public)}
		c.Spec.Authentication.JWKS = &oauthv1alpha1.JSONWebKeySet{Keys: []oauthv1alpha1.JSONWebKey{jwk}}
	}))
	id, began := c.ClientID(), time.Now()
	var mu sync.Mutex
	answers := map[int]int{}
	send := func(n int) {
		answer := installation.Post(t, f.neutral.replicas[n%2]+"/token", "", "", url.Values{
			"grant_type": {"client_credentials"}, "client_assertion": {f.assertion(key, id)},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		})
		mu.Lock()
		defer mu.Unlock()
		answers[answer.Status]++
	}
	repeat(8, 5, func(int) {
		var group sync.WaitGroup
		for n := range number(120, 12) {
			group.Go(func() { send(n) })
		}
		group.Wait()
	})
	stored := 0
	marks := &sessionv1alpha1.MarkList{}
	if err := f.Admin.List(t.Context(), marks, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	for _, mark := range marks.Items {
		if mark.Spec.ClientUID == string(c.UID) {
			stored++
		}
	}
	// At each replica 400 at once and then 5 a second.
	most := len(f.Servers) * (400 + 1 + int(5*time.Since(began).Seconds()))
	if stored > most || stored != answers[http.StatusOK] || stored+answers[http.StatusServiceUnavailable] != number(8*120, stored+answers[http.StatusServiceUnavailable]) {
		t.Errorf("%d Marks stored, at most %d are allowed; answered: %v", stored, most, answers)
	}
	return fmt.Sprintf("%d stored, %d refused", stored, answers[http.StatusServiceUnavailable])
}
