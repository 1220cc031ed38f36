package systems

import (
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// ours are the server's own paths, some of which are prefixes of others.
var ours = []string{
	endpoints.Authorization, endpoints.Token, endpoints.Introspection, endpoints.Revocation, endpoints.Userinfo, endpoints.EndSession,
	endpoints.DeviceAuthorization, endpoints.JWKS, endpoints.Registration, endpoints.PushedAuthorization, endpoints.Resources, endpoints.ProtectedResource,
	endpoints.Gate, endpoints.Login, endpoints.Consent, endpoints.Account, endpoints.Device, endpoints.OpenIDConfiguration, endpoints.AuthorizationServer,
}

// spec.compatibility can combine any systems because no two of them have a path in common.
func TestNoTwoSystemsHaveAPathInCommon(t *testing.T) {
	seen := map[string]oauthv1alpha1.CompatibilityProfile{}
	for _, profile := range profiles() {
		for _, route := range profile.Routes {
			if other, twice := seen[route.Path]; twice {
				t.Errorf("%s and %s both have %s", other, profile.Name, route.Path)
			}
			seen[route.Path] = profile.Name
			if slices.Contains(ours, route.Path) {
				t.Errorf("%s has %s, which is the server's own", profile.Name, route.Path)
			}
			if !strings.HasPrefix(route.Path, "/") || strings.Contains(route.Path, "//") {
				t.Errorf("%s has the path %s", profile.Name, route.Path)
			}
		}
	}
	for path, profile := range seen {
		for other, of := range seen {
			if profile != of && strings.HasSuffix(other, "/") && strings.HasPrefix(path, other) {
				t.Errorf("%s of %s is below %s of %s", path, profile, other, of)
			}
		}
	}
}

func TestEveryRouteLeadsSomewhere(t *testing.T) {
	for _, profile := range profiles() {
		for _, route := range profile.Routes {
			if (route.To == "") == (route.Own == nil) {
				t.Errorf("%s %s needs either an endpoint of the server or one of its own", profile.Name, route.Path)
			}
			if route.To != "" && !slices.Contains(ours, route.To) {
				t.Errorf("%s %s leads to %s, which the server does not have", profile.Name, route.Path, route.To)
			}
			if (route.Page || route.Registered) && route.Own == nil {
				t.Errorf("%s %s is what the endpoint is", profile.Name, route.Path)
			}
		}
	}
}
