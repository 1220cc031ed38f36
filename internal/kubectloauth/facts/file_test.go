package facts

import (
	"strings"
	"testing"
)

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata: {name: web}
spec:
  redirectURIs: [https://shop.example/callback]
  scopes: [openid, admin]
  consent: Skip
`

func TestRead(t *testing.T) {
	objects, err := Clients(strings.NewReader(manifests), "-", "shop")
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 1 || objects[0].Namespace != "shop" || len(objects[0].Spec.GrantTypes) != 2 {
		t.Errorf("read %+v", objects)
	}
	for says, content := range map[string]string{
		"contains no OAuthClient": "kind: Namespace", "is not YAML": "a: b: c",
		"no name":       "apiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthClient",
		`field "scope"`: strings.Replace(manifests, "scopes", "scope", 1),
	} {
		if _, err := Clients(strings.NewReader(content), "-", "shop"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("wanted %q, got %v", says, err)
		}
	}
}

func TestReadPolicies(t *testing.T) {
	policy := "apiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthClientPolicy\nmetadata: {name: strict}\nspec: {scopes: [openid]}\n"
	objects, err := Policies(strings.NewReader(manifests+"---\n"+policy), "-", "auth")
	if err != nil || len(objects) != 1 || objects[0].Namespace != "auth" || len(objects[0].Spec.Scopes) != 1 {
		t.Errorf("read %+v, %v", objects, err)
	}
	if _, err := Policies(strings.NewReader(manifests), "-", "auth"); err == nil || !strings.Contains(err.Error(), "contains no OAuthClientPolicy") {
		t.Errorf("a file without a policy: %v", err)
	}
}
