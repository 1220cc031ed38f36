package exchange

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// ci is an issuer elsewhere, whose keys the servers fetch and trust.
var ci issuer

// issuer publishes a key, and signs with it.
type issuer struct {
	keys string
	key  *ecdsa.PrivateKey
	once sync.Once
}

// ciIssuer is what its tokens have as iss.
const ciIssuer = "https://ci.example"

var base64url = base64.RawURLEncoding.EncodeToString

func (i *issuer) start() (err error) {
	if i.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	point, err := i.key.PublicKey.Bytes()
	if err != nil {
		return fmt.Errorf("encode the key: %w", err)
	}
	set, _ := json.Marshal(map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": "P-256", "kid": "ci", "use": "sig", "x": base64url(point[1:33]), "y": base64url(point[33:]),
	}}})
	hosts, err := installation.TrustedHosts(1, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(set) }))
	if err != nil {
		return err
	}
	i.keys = "https://" + hosts[0] + "/keys"
	return nil
}

// token signs the token of a job for an audience, with changes; nil removes.
func (i *issuer) token(t testing.TB, audience string, change map[string]any) string {
	t.Helper()
	now := time.Now().Unix()
	claims := map[string]any{"iss": ciIssuer, "sub": "repo:acme/shop", "aud": audience, "iat": now, "exp": now + 300, "owner": "65"}
	maps.Copy(claims, change)
	for name, value := range change {
		if value == nil {
			delete(claims, name)
		}
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text := base64url([]byte(`{"alg":"ES256","kid":"ci","typ":"JWT"}`)) + "." + base64url(body)
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64url(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// trust makes the server of an installation trust the issuer.
func (i *issuer) trust(t testing.TB, g *installation.Installation) {
	t.Helper()
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.TrustedIssuers = []oauthv1alpha1.TrustedIssuer{{Name: "ci", Issuer: ciIssuer, JWKSURI: oauthv1alpha1.JWKSURI(i.keys), OwnerClaims: []oauthv1alpha1.ClaimName{"owner"}}}
	})
}

// grantor is the shared Grantor, which trusts the issuer.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	ci.once.Do(func() { ci.trust(t, g) })
	return g
}

// account creates a ServiceAccount.
func account(t testing.TB, g *installation.Installation, namespace, name string) {
	t.Helper()
	object := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := kube(t, g).CoreV1().ServiceAccounts(namespace).Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// projected is what the cluster would project into a pod of a ServiceAccount.
func projected(t testing.TB, g *installation.Installation, namespace, name string, audiences ...string) string {
	t.Helper()
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: audiences}}
	answer, err := kube(t, g).CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), name, request, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status.Token
}

func kube(t testing.TB, g *installation.Installation) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
