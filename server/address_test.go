package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/settings"
	"github.com/grantor-dev/grantor/server/watch"
)

// Users who share the address of a proxy are not limited by it.
func TestAddressThatSignInsAreLimitedBy(t *testing.T) {
	exposed := func(spec *oauthv1alpha1.OAuthServerSpec) { spec.Exposure = &oauthv1alpha1.ServerExposure{} }
	named := func(spec *oauthv1alpha1.OAuthServerSpec) {
		exposed(spec)
		spec.HTTP.TrustedProxies = []oauthv1alpha1.Network{"192.0.2.1"}
	}
	for name, test := range map[string]struct {
		spec func(*oauthv1alpha1.OAuthServerSpec)
		flag []netip.Prefix
		want string
	}{
		"no proxy":                            {func(*oauthv1alpha1.OAuthServerSpec) {}, nil, "192.0.2.1"},
		"a proxy that is not named":           {exposed, nil, "invalid IP"},
		"a proxy that is named":               {named, nil, "198.51.100.7"},
		"a proxy that a flag names":           {exposed, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, "198.51.100.7"},
		"another proxy than the one in front": {exposed, []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			servers, err := watch.New("OAuthServers", nil, &oauthv1alpha1.OAuthServer{}, nil, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			object := saying(test.spec)
			object.Namespace, object.Name = "n", "s"
			if err := servers.Objects().Add(object); err != nil {
				t.Fatal(err)
			}
			s := &Server{config: Config{TrustedProxies: test.flag}, view: &settings.View{Key: "n/s", OAuthServers: servers}}
			r := httptest.NewRequest(http.MethodPost, "/login", http.NoBody)
			r.RemoteAddr = "192.0.2.1:4711"
			r.Header.Set("X-Forwarded-For", "198.51.100.7")
			if got := s.userAddress(r).String(); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}
