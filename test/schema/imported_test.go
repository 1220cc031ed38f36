package schema

import (
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// TestImportedProvidersAreAccepted: what grantor import makes of connectors of Dex can be
// applied, and a server uses it, except where the import says that somebody must decide.
func TestImportedProvidersAreAccepted(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../internal/migrate/testdata/dex-connectors/output.yaml")
	if err != nil {
		t.Fatal(err)
	}
	server := &oauthv1alpha1.OAuthServer{}
	server.Namespace, server.Name = "default", "default"
	waiting, found := map[string]string{"anybody": "AdmitRequired"}, 0
	for _, name := range []string{"corp", "entra", "corp-ldap", "admins", "filtered", "made", "later", "wrong", "nameless", "teams", "level", "groups"} {
		waiting[name] = "Disabled"
	}
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		object := parse(t, document)
		if object.GetKind() != "OAuthIdentityProvider" {
			continue
		}
		found++
		stored, err := try(t, namespaced(object, "default"))
		if err != nil {
			t.Errorf("%s: %v", object.GetName(), err)
			continue
		}
		provider := &oauthv1alpha1.OAuthIdentityProvider{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(stored.Object, provider); err != nil {
			t.Fatal(err)
		}
		reason := ""
		if refusal := providerspec.Refuse(provider, server, nil); refusal != nil {
			reason = refusal.Reason
		}
		if reason != waiting[provider.Name] {
			t.Errorf("%s is refused with %q, not %q", provider.Name, reason, waiting[provider.Name])
		}
	}
	if found < 8 {
		t.Errorf("found only %d providers", found)
	}
}
