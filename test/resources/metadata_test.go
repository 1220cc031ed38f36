package resources

import (
	"net/http"
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Clients find the metadata where the challenge says and, if a route leads here, where
// RFC 9728 section 3.1 says.
func TestMetadata(t *testing.T) {
	g, ns := shared.Grantor(t), shared.Namespace(t)
	host := ns + ".example"
	allow(t, ns, oauthv1alpha1.HostPattern(host))
	r := accepted(t, resource(t, ns, "tickets", "https://"+host+"/tickets", func(s *oauthv1alpha1.OAuthResourceSpec) { s.Discovery = oauthv1alpha1.ResourceListed }))
	accepted(t, resource(t, ns, "root", "https://"+host))
	for name, test := range map[string]struct{ path, host, resource string }{
		"by the challenge":         {"/resources/" + ns + "/tickets", "", "https://" + host + "/tickets"},
		"by the well-known path":   {"/.well-known/oauth-protected-resource/tickets", host, "https://" + host + "/tickets"},
		"with the default port":    {"/.well-known/oauth-protected-resource/tickets", host + ":443", "https://" + host + "/tickets"},
		"with a slash":             {"/.well-known/oauth-protected-resource/tickets/", host, "https://" + host + "/tickets"},
		"of the root":              {"/.well-known/oauth-protected-resource", host, "https://" + host},
		"of the root with a slash": {"/.well-known/oauth-protected-resource/", host, "https://" + host},
		"another path":             {"/.well-known/oauth-protected-resource/other", host, ""},
		"another host":             {"/.well-known/oauth-protected-resource/tickets", "other.example", ""},
		"no host of a resource":    {"/.well-known/oauth-protected-resource/tickets", "", ""},
		"another port":             {"/.well-known/oauth-protected-resource/tickets", host + ":8443", ""},
		"no such name":             {"/resources/" + ns + "/other", "", ""},
		"no name":                  {"/resources/" + ns, "", ""},
		"below a name":             {"/resources/" + ns + "/tickets/more", "", ""},
		"a longer word":            {"/.well-known/oauth-protected-resources", host, ""},
	} {
		t.Run(name, func(t *testing.T) {
			answer := get(t, g.Issuer+test.path, test.host)
			if test.resource == "" {
				if answer.Status != http.StatusNotFound {
					t.Errorf("%d %s", answer.Status, answer.Body)
				}
				return
			}
			if answer.Status != http.StatusOK || answer.JSON["resource"] != test.resource || !slices.Equal(texts(answer.JSON["authorization_servers"]), []string{g.Issuer}) ||
				!slices.Equal(texts(answer.JSON["scopes_supported"]), []string{"tickets.read", "tickets.write"}) || answer.JSON["resource_name"] != "Tickets" ||
				!slices.Equal(texts(answer.JSON["bearer_methods_supported"]), []string{"header"}) {
				t.Errorf("%d %s", answer.Status, answer.Body)
			}
		})
	}
	listed := func() []string {
		return texts(get(t, g.Issuer+"/.well-known/oauth-authorization-server", "").JSON["protected_resources"])
	}
	if got := listed(); !slices.Contains(got, "https://"+host+"/tickets") || slices.Contains(got, "https://"+host) {
		t.Errorf("discovery lists %s", got)
	}
	remove(t, r)
	installation.Eventually(t, within, func() bool { return !slices.Contains(listed(), "https://"+host+"/tickets") }, func() string { return "discovery without the resource" })
}
