package systems

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

// Paths are those of all systems.
type Paths struct {
	speaks func(oauthv1alpha1.CompatibilityProfile) bool
	// exact has single paths, below has prefixes that end in a slash.
	exact, below map[string]alias
}

// alias is a path of a system.
type alias struct {
	system  oauthv1alpha1.CompatibilityProfile
	handler http.Handler
}

// New returns the paths of all systems. speaks reports whether a system is enabled, and handler
// returns what answers a route.
func New(speaks func(oauthv1alpha1.CompatibilityProfile) bool, handler func(compat.Route) http.Handler) *Paths {
	p := &Paths{speaks: speaks, exact: map[string]alias{}, below: map[string]alias{}}
	for _, profile := range profiles() {
		for _, route := range profile.Routes {
			paths := p.exact
			if strings.HasSuffix(route.Path, "/") {
				paths = p.below
			}
			paths[route.Path] = alias{profile.Name, handler(route)}
		}
	}
	return p
}

// Find returns the handler of a path, or nil unless the path belongs to an enabled system.
func (p *Paths) Find(path string) http.Handler {
	if found, ok := p.exact[path]; ok {
		return p.spoken(found)
	}
	for i := strings.LastIndexByte(path, '/'); i > 0; i = strings.LastIndexByte(path[:i], '/') {
		if found, ok := p.below[path[:i+1]]; ok {
			return p.spoken(found)
		}
	}
	return nil
}

func (p *Paths) spoken(found alias) http.Handler {
	if !p.speaks(found.system) {
		return nil
	}
	return found.handler
}
