package kubectl

import (
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// The owner of a client replaces its secret; the new one and the former one work.
func TestRotateClient(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	c := g.Create(t, installation.Service(ns, "api"))
	kubeconfig := editor(t, ns)
	values := []string{g.Value(t, c)}
	for range 2 {
		rotated := finish(t, command(t, kubeconfig, "rotate", "client", "api", "-n", ns, "--wait"))
		rotated.want(t, 0, "Asked the operator to rotate OAuthClient "+ns+"/api (spec.secret.rotation.requestedAt: ", `Secret "api-oauth" has a new client secret.`)
		values = append(values, g.Value(t, c))
		for i, value := range values {
			if value == "" || strings.Contains(rotated.stdout+rotated.stderr, value) {
				t.Errorf("secret %d is printed", i)
			}
			if answer := g.Post(t, "/token", c.ClientID(), value, installation.TokenForm("read")); answer.Status != http.StatusOK {
				t.Errorf("secret %d of %d: the token endpoint answers %d", i, len(values), answer.Status)
			}
		}
	}
	if values[0] == values[1] || values[1] == values[2] {
		t.Error("a client secret was not replaced")
	}

	c = g.Create(t, native(ns))
	oauth(t, "rotate", "client", c.Name, "-n", ns).fails(t, "has no client secret (spec.authentication.method)")
	oauth(t, "rotate", "client", "missing", "-n", ns).fails(t, `"missing" not found`)
	later := g.Create(t, installation.Service(ns, "later", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{RequestedAt: &metav1.Time{Time: time.Now().Add(time.Hour)}}
	}))
	oauth(t, "rotate", "client", later.Name, "-n", ns).fails(t, "which another request would replace")
}

// What the operator cannot do in time is an error that says what it waits for.
func TestRotateClientInVain(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	refused := installation.Service(ns, "refused", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"nothing"} })
	if err := g.Admin.Create(t.Context(), refused); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, refused, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, "")
	oauth(t, "rotate", "client", "refused", "-n", ns, "--wait", "--timeout=1s").fails(t, "CredentialsReady is False: NotAccepted")
}

// The keys of the server that all tests share are replaced before those that run at the same
// time begin.
func TestRotateKeys(t *testing.T) {
	g, ns := shared.Grantor(t), shared.Namespace(t)
	// The next signing key is published for half of it before it signs.
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Keys.RotationInterval = &metav1.Duration{Duration: 20 * time.Second}
	})
	former := map[string]bool{}
	for _, key := range keysOf(t) {
		former[key.ID] = true
	}
	rotated := oauth(t, "rotate", "keys", devenv.ServerName, "-n", devenv.SystemNamespace, "--wait", "--timeout=110s")
	rotated.want(t, 0, "Asked the operator to rotate OAuthServer grantor-system/default (spec.keys.requestedAt: ", "The keys are replaced; those that sign are ")
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RotationInterval = nil })
	for _, key := range keysOf(t) {
		// A former pepper stays until the digests of all clients have moved.
		replaced := key.Use == oauthv1alpha1.KeyUseSigning || key.Use == oauthv1alpha1.KeyUseRoot
		if former[key.ID] && key.RetireAt == nil && replaced {
			t.Errorf("the %s key %s is still in use", key.Use, key.ID)
		}
	}
	oauth(t, "rotate", "keys", devenv.ServerName, "-n", devenv.SystemNamespace, "--wait", "--timeout=1s").fails(t, "was not rotated within 1s: KeysReady is True")
	finish(t, command(t, editor(t, ns), "rotate", "keys", devenv.ServerName, "-n", devenv.SystemNamespace)).fails(t, "forbidden")
}

func keysOf(t *testing.T) []oauthv1alpha1.KeyStatus {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{}
	if err := shared.Grantor(t).Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}, server); err != nil {
		t.Fatal(err)
	}
	return server.Status.Keys
}
