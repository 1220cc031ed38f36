package server

import (
	"net/http"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/compat/cloudron"
	"github.com/grantor-dev/grantor/server/compat/coder"
	"github.com/grantor-dev/grantor/server/compat/gancio"
	"github.com/grantor-dev/grantor/server/compat/owncloud"
)

// profiles returns the tables of all systems. No two of them have a path in common.
func profiles() []compat.Profile {
	return []compat.Profile{cloudron.Profile(), owncloud.Profile(), gancio.Profile(), coder.Profile()}
}

// aliases are the paths of other systems. Which systems are enabled can change while the server
// runs.
type aliases struct {
	speaks func(oauthv1alpha1.CompatibilityProfile) bool
	// exact has single paths, below has prefixes that end in a slash.
	exact, below map[string]alias
}

// alias is a path of a system.
type alias struct {
	system  oauthv1alpha1.CompatibilityProfile
	handler http.Handler
}

// newAliases returns the paths of all systems. They lead to the routes in list; wrap turns a
// route into a handler.
func newAliases(of *compat.Server, list []route, wrap func(route) http.Handler) *aliases {
	a := &aliases{
		speaks: func(system oauthv1alpha1.CompatibilityProfile) bool { return of.Settings().Speaks(system) },
		exact:  map[string]alias{}, below: map[string]alias{},
	}
	targets := map[string]route{}
	for _, route := range list {
		targets[route.path] = route
	}
	for _, profile := range profiles() {
		for _, path := range profile.Routes {
			to, own := targets[path.To]
			if !own {
				to = unlike(path)
			}
			to.endpoint = of.Endpoint(path, to.endpoint)
			paths := a.exact
			if strings.HasSuffix(path.Path, "/") {
				paths = a.below
			}
			paths[path.Path] = alias{profile.Name, wrap(to)}
		}
	}
	return a
}

// unlike returns the route of a path that has an endpoint of its own.
func unlike(path compat.Route) route {
	switch {
	case path.Registered:
		return route{name: "register", caller: registeredCaller}
	case path.Page:
		return route{name: "compatibility", caller: browserCaller}
	}
	return route{name: "compatibility", caller: machineCaller}
}

// find returns the handler of a path, or nil unless the path belongs to an enabled system.
func (a *aliases) find(path string) http.Handler {
	if found, ok := a.exact[path]; ok {
		return a.spoken(found)
	}
	for i := strings.LastIndexByte(path, '/'); i > 0; i = strings.LastIndexByte(path[:i], '/') {
		if found, ok := a.below[path[:i+1]]; ok {
			return a.spoken(found)
		}
	}
	return nil
}

func (a *aliases) spoken(found alias) http.Handler {
	if !a.speaks(found.system) {
		return nil
	}
	return found.handler
}
