package systems

import (
	"net/http"
	"net/http/httptest"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestPathsAreFoundWhileTheirSystemCounts(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(name)) })
	}
	spoken := oauthv1alpha1.CompatibilityProfile("")
	p := &Paths{
		speaks: func(system oauthv1alpha1.CompatibilityProfile) bool { return system == spoken },
		exact:  map[string]alias{"/x": {"one", named("x")}, "/api/client": {"two", named("client")}, "/api/client/new": {"one", named("new")}},
		below:  map[string]alias{"/api/client/": {"two", named("below")}},
	}
	for _, test := range []struct {
		system     oauthv1alpha1.CompatibilityProfile
		path, want string
	}{
		{"", "/x", ""}, {"two", "/x", ""}, {"one", "/x", "x"}, {"one", "/x/", ""}, {"one", "/x/y", ""}, {"one", "/", ""}, {"one", "", ""}, {"one", "x", ""},
		{"two", "/api/client", "client"}, {"two", "/api/client/", "below"}, {"two", "/api/client/7", "below"}, {"two", "/api/client/7/secrets", "below"},
		{"two", "/api/clients", ""}, {"two", "/api/", ""}, {"one", "/api/client/7", ""}, {"one", "/api/client/new", "new"}, {"two", "/api/client/new", ""},
	} {
		spoken = test.system
		got := ""
		if handler := p.Find(test.path); handler != nil {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
			got = w.Body.String()
		}
		if got != test.want {
			t.Errorf("%s %s leads to %q, not %q", test.system, test.path, got, test.want)
		}
	}
}
