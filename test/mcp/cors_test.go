package mcp

import (
	"net/http"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// A client in a browser sends the requests of the SDK from an origin that nobody knows. Browsers
// ask first whether they may, because of MCP-Protocol-Version and the media type.
func TestClientInABrowser(t *testing.T) {
	g, ns := shared.Grantor(t), shared.Namespace(t)
	accepts(t)
	allow(t, ns)
	server := newServer(t, ns, "tickets")
	const origin = "https://inspector.example"
	ask := func(method, to, asked, headers string) installation.Answer {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, to, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", origin)
		if method == http.MethodOptions {
			request.Header.Set("Access-Control-Request-Method", asked)
			request.Header.Set("Access-Control-Request-Headers", headers)
		}
		answer := installation.Do(t, request)
		if answer.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s %s allows cookies", method, to)
		}
		return answer
	}
	for _, replica := range g.Servers {
		at := replica.Options().URL
		for _, path := range []string{
			"/resources/" + ns + "/tickets", "/resources/" + ns + "/other", "/.well-known/oauth-protected-resource/other",
			"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks",
		} {
			answer := ask(http.MethodOptions, at+path, http.MethodGet, "mcp-protocol-version")
			if answer.Status != http.StatusNoContent || answer.Header.Get("Access-Control-Allow-Origin") != "*" || answer.Header.Get("Access-Control-Allow-Headers") != "*" {
				t.Errorf("asking for %s is answered %d %v", path, answer.Status, answer.Header)
			}
			if answer = ask(http.MethodGet, at+path, "", ""); answer.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s is answered %d %v", path, answer.Status, answer.Header)
			}
		}
		for _, path := range []string{"/token", "/revoke"} {
			answer := ask(http.MethodOptions, at+path, http.MethodPost, "content-type")
			if answer.Status != http.StatusNoContent || answer.Header.Get("Access-Control-Allow-Origin") != origin {
				t.Errorf("asking for %s is answered %d %v", path, answer.Status, answer.Header)
			}
			if answer = ask(http.MethodPost, at+path, "", ""); answer.Header.Get("Access-Control-Allow-Origin") != origin {
				t.Errorf("%s is answered %d %v", path, answer.Status, answer.Header)
			}
		}
		for _, path := range []string{"/authorize", "/login", "/consent", "/account", "/introspect", "/register"} {
			if answer := ask(http.MethodOptions, at+path, http.MethodPost, "content-type"); answer.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s lets scripts in", path)
			}
		}
	}
	// Without such clients, origins need an OAuthClient.
	configured(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.ClientMetadataDocuments = nil },
		func(metadata map[string]any) bool { return metadata["client_id_metadata_document_supported"] == nil })
	if answer := ask(http.MethodOptions, g.Issuer+"/token", http.MethodPost, "content-type"); answer.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("any origin is let in: %v", answer.Header)
	}
	if answer := ask(http.MethodOptions, server.Resource.Status.MetadataURL, http.MethodGet, "mcp-protocol-version"); answer.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("metadata: %v", answer.Header)
	}
}
