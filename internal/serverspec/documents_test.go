package serverspec

import (
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestDocuments(t *testing.T) {
	server := &oauthv1alpha1.OAuthServer{}
	if d := Of(server).Documents; d != nil || d.Accepts("https://editor.example/c") || d.Lists("editor.example") {
		t.Errorf("by default: %+v", d)
	}
	server.Spec.Scopes = []oauthv1alpha1.ScopeDefinition{{Name: "openid"}, {Name: "root", Restricted: true}, {Name: "write"}}
	server.Spec.Audiences = []oauthv1alpha1.AudienceDefinition{{Name: "https://mcp.example"}}
	server.Spec.ClientMetadataDocuments = &oauthv1alpha1.ServerClientMetadataDocuments{
		Hosts:     []oauthv1alpha1.DocumentHost{"editor.example", "*.assistants.example"},
		Scopes:    []oauthv1alpha1.Scope{"openid", "root", "unheard-of"},
		Audiences: []oauthv1alpha1.Audience{"https://mcp.example", "https://payroll.example"},
	}
	d := Of(server).Documents
	if !slices.Equal(d.Scopes, []string{"openid", "root"}) || !slices.Equal(d.Audiences, []string{"https://mcp.example"}) || d.Max != 1000 {
		t.Errorf("the clients may ask for %+v", d)
	}
	for id, want := range map[string]bool{
		"https://editor.example/c": true, "https://auth.assistants.example/c": true, "https://assistants.example/c": false, "https://editor.example:8443/c": false,
		"https://evil.example/c": false, "https://editor.example": false, "editor.example": false, "": false,
	} {
		if d.Accepts(id) != want {
			t.Errorf("%q is accepted: %v", id, !want)
		}
	}
	server.Spec.Audiences = []oauthv1alpha1.AudienceDefinition{{Name: "*"}}
	server.Spec.ClientMetadataDocuments.Others = oauthv1alpha1.DocumentsOfOthersAfterSignIn
	d = Of(server).Documents
	if len(d.Audiences) != 2 || !d.Accepts("https://evil.example/c") || d.Accepts("https://127.0.0.1/c") || d.Lists("evil.example") {
		t.Errorf("with all other hosts: %+v", d)
	}
}
