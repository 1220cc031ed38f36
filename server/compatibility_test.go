package server

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/compat"
)

// The server's own paths are found before those of other systems are looked at.
func TestOwnPathsMeetNoAlias(t *testing.T) {
	r := routed(t, "https://auth.example.com/a", nil)
	r.aliases = &aliases{
		speaks: func(oauthv1alpha1.CompatibilityProfile) bool { t.Error("it is asked which systems count"); return true },
		exact:  map[string]alias{}, below: map[string]alias{},
	}
	other := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a path of the server leads elsewhere") })
	for path := range r.handlers {
		r.aliases.exact[path] = alias{oauthv1alpha1.CompatibilityOwnCloud, other}
	}
	for path := range r.handlers {
		r.find(path, httptest.NewRequest(http.MethodGet, "/a"+path, http.NoBody))
	}
}

func TestAliasesAreFoundWhileTheirSystemCounts(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(name)) })
	}
	spoken := oauthv1alpha1.CompatibilityProfile("")
	a := &aliases{
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
		if handler := a.find(test.path); handler != nil {
			got = answered(handler, http.MethodGet, "/").Body.String()
		}
		if got != test.want {
			t.Errorf("%s %s leads to %q, not %q", test.system, test.path, got, test.want)
		}
	}
}

// With a system off, its paths are answered as any other where there is nothing.
func TestPathsOfOtherSystemsAreOff(t *testing.T) {
	r := routed(t, "https://auth.example.com", nil)
	for _, path := range []string{"/api/v1/profile", "/index.php/apps/oauth2/api/v1/token"} {
		without := answered(r, http.MethodGet, path)
		r.aliases = &aliases{speaks: func(oauthv1alpha1.CompatibilityProfile) bool { return false }, exact: map[string]alias{path: {}}}
		with := answered(r, http.MethodGet, path)
		if with.Code != http.StatusNotFound || with.Body.String() != without.Body.String() {
			t.Errorf("%s is answered with %d %s", path, with.Code, with.Body)
		}
		r.aliases = nil
	}
}

// The paths are below that of the issuer.
func TestAliasesAreBelowTheIssuer(t *testing.T) {
	r := routed(t, "https://www.example.org/owncloud", nil)
	const path = "/index.php/apps/oauth2/authorize"
	r.aliases = &aliases{
		speaks: func(oauthv1alpha1.CompatibilityProfile) bool { return true },
		exact:  map[string]alias{path: {handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })}},
	}
	for at, want := range map[string]int{
		"/owncloud" + path: http.StatusNoContent, path: http.StatusNotFound, "/owncloud" + path + "/": http.StatusNotFound, "/owncloudx" + path: http.StatusNotFound,
	} {
		if got := answered(r, http.MethodGet, at).Code; got != want {
			t.Errorf("%s is answered with %d", at, got)
		}
	}
}

// Requests about a client that is registered take no room from token requests, at whichever path.
func TestTheRoomOfAliases(t *testing.T) {
	wrapped := map[string]route{}
	list := []route{{path: endpoints.Token, name: "token", caller: scriptCaller}}
	a := newAliases(&compat.Server{}, list, func(r route) http.Handler {
		name := strconv.Itoa(len(wrapped))
		wrapped[name] = r
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(name)) })
	})
	for path, want := range map[string]route{
		"/oauth2/tokens": list[0], "/oauth2/clients/": {name: "register", caller: registeredCaller}, "/api/v2/oauth2-provider/apps/": {name: "register", caller: registeredCaller},
		"/api/client": {name: "compatibility", caller: machineCaller}, "/index.php/apps/oauth2/authorization-successful": {name: "compatibility", caller: browserCaller},
	} {
		found, there := a.exact[path]
		if !there {
			found = a.below[path]
		}
		got := wrapped[answered(found.handler, http.MethodGet, "/").Body.String()]
		if got.name != want.name || got.caller != want.caller {
			t.Errorf("%s is as %s of caller %d", path, got.name, got.caller)
		}
	}
}
