package server

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/compat/systems"
)

// The server's own paths are found before those of other systems are looked at.
func TestOwnPathsMeetNoAlias(t *testing.T) {
	r := routed(t, "https://auth.example.com/a", nil)
	r.aliases = func(path string) http.Handler {
		t.Errorf("%s is looked for among the paths of other systems", path)
		return http.NotFoundHandler()
	}
	for path := range r.handlers {
		r.find(path, httptest.NewRequest(http.MethodGet, "/a"+path, http.NoBody))
	}
}

// With a system off, its paths are answered as any other where there is nothing.
func TestPathsOfOtherSystemsAreOff(t *testing.T) {
	r := routed(t, "https://auth.example.com", nil)
	for _, path := range []string{"/api/v1/profile", "/index.php/apps/oauth2/api/v1/token"} {
		without := answered(r, http.MethodGet, path)
		r.aliases = systems.New(func(oauthv1alpha1.CompatibilityProfile) bool { return false }, func(compat.Route) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		}).Find
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
	r.aliases = systems.New(func(oauthv1alpha1.CompatibilityProfile) bool { return true }, func(compat.Route) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	}).Find
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
	p := systems.New(func(oauthv1alpha1.CompatibilityProfile) bool { return true }, aliases(&compat.Server{}, list, func(r route) http.Handler {
		name := strconv.Itoa(len(wrapped))
		wrapped[name] = r
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(name)) })
	}))
	for path, want := range map[string]route{
		"/oauth2/tokens": list[0], "/oauth2/clients/": {name: "register", caller: registeredCaller}, "/api/v2/oauth2-provider/apps/": {name: "register", caller: registeredCaller},
		"/api/client": {name: "compatibility", caller: machineCaller}, "/index.php/apps/oauth2/authorization-successful": {name: "compatibility", caller: browserCaller},
	} {
		got := wrapped[answered(p.Find(path), http.MethodGet, "/").Body.String()]
		if got.name != want.name || got.caller != want.caller {
			t.Errorf("%s is as %s of caller %d", path, got.name, got.caller)
		}
	}
}
