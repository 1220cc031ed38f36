package clients_test

import (
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

func TestDerivedSecrets(t *testing.T) {
	store := keystest.NewStore(t)
	generation := func(n int64) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.Derived = &oauthv1alpha1.DerivedSecret{Generation: n}
		}
	}
	first, second := clientstest.NewRegistryWith(t, store, nil, generation(1)), clientstest.NewRegistryWith(t, store, nil, generation(2))
	client := clientstest.Known(t, first, "team.basic")
	secret, ok := client.DerivedSecret()
	if again, _ := client.DerivedSecret(); !ok || !strings.HasPrefix(secret, "gcs_") || len(secret) < 32 || again != secret {
		t.Fatalf("the secret is %q, %q", secret, again)
	}
	if !client.Authenticate(secret, time.Now()) {
		t.Error("the secret does not authenticate")
	}
	for _, bad := range []string{"", "gcs_", secret[4:], secret + "A", secret[:len(secret)-1], strings.ToUpper(secret), "gcs_gcs_" + secret[4:]} {
		if client.Authenticate(bad, time.Now()) {
			t.Errorf("%q authenticates", bad)
		}
	}
	if clientstest.Known(t, first, "team.post").Authenticate(secret, time.Now()) {
		t.Error("the secret authenticates another client")
	}
	if clientstest.Known(t, second, "team.basic").Authenticate(secret, time.Now()) {
		t.Error("the secret of another generation authenticates")
	}
	if other := clientstest.Known(t, clientstest.NewRegistryWith(t, keystest.NewStore(t), nil, generation(1)), "team.basic"); other.Authenticate(secret, time.Now()) {
		t.Error("the secret of other keys authenticates")
	}
	if _, ok := clientstest.Known(t, first, "team.public").DerivedSecret(); ok || clientstest.Known(t, first, "team.public").Authenticate(secret, time.Now()) {
		t.Error("a client without credentials has a secret")
	}
	plain := clientstest.Known(t, clientstest.NewRegistry(t, store), "team.basic")
	if _, ok := plain.DerivedSecret(); ok || plain.Authenticate(secret, time.Now()) {
		t.Error("a client whose secret is in a Secret has a derived one")
	}
}
