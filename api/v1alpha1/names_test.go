package v1alpha1

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestNamesOfAClient(t *testing.T) {
	long := strings.Repeat("a", 200)
	tests := map[string]struct {
		namespace, name, clientID, secretName string
		wantID, wantSecret                    string
	}{
		"defaults":                   {"team", "app", "", "", "team.app", "app-oauth"},
		"a name with dots":           {"team", "app.v2", "", "", "team.app.v2", "app.v2-oauth"},
		"a client ID of its own":     {"team", "app", "team.grafana", "", "team.grafana", "app-oauth"},
		"a Secret name of its own":   {"team", "app", "", "credentials", "team.app", "credentials"},
		"both of its own":            {"team", "app", "x", "y", "x", "y"},
		"the longest name that fits": {strings.Repeat("n", 63), long, "", "", strings.Repeat("n", 63) + "." + long, long + "-oauth"},
		"a name that ends like ours": {"team", "app-oauth", "", "", "team.app-oauth", "app-oauth-oauth"},
		"a namespace with a hyphen":  {"team-a", "app", "", "", "team-a.app", "app-oauth"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := &OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: test.namespace, Name: test.name}}
			c.Spec.ClientID, c.Spec.Secret.Name = test.clientID, test.secretName
			if got := c.ClientID(); got != test.wantID || len(got) > 300 {
				t.Errorf("client ID %q", got)
			}
			if got := c.ClientSecretName(); got != test.wantSecret || len(got) > 253 {
				t.Errorf("Secret name %q", got)
			}
		})
	}
}

// TestDefaultClientIDsDiffer: a namespace cannot contain a dot, so the first dot
// ends it.
func TestDefaultClientIDsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, object := range []string{"a/b.c", "a-b/c", "a/b-c", "a/b", "b/a", "a/a.b", "a/b.a"} {
		namespace, name, _ := strings.Cut(object, "/")
		c := &OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
		if former, twice := seen[c.ClientID()]; twice {
			t.Errorf("%s and %s have the client ID %q", former, object, c.ClientID())
		}
		seen[c.ClientID()] = object
	}
}

func TestKeySecretName(t *testing.T) {
	if got := KeySecretName("default"); got != "default-oauth-keys" {
		t.Errorf("%q: the role of the server names default-oauth-keys", got)
	}
}
