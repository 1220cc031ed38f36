package settings

import (
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/watch"
)

// View reads the local copies. Its methods can be called at any time.
type View struct {
	// Key is the namespace and name of the OAuthServer.
	Key string
	// OAuthServers and Policies are the local copies.
	OAuthServers, Policies *watch.Copy

	last atomic.Pointer[meaning]
}

// meaning is an object and what it says. A changed object is another one.
type meaning struct {
	object   *oauthv1alpha1.OAuthServer
	settings serverspec.Settings
}

// Object returns the OAuthServer, or nil if there is none.
func (v *View) Object() *oauthv1alpha1.OAuthServer {
	object, ok, _ := v.OAuthServers.Objects().GetByKey(v.Key)
	if !ok {
		return nil
	}
	server, _ := object.(*oauthv1alpha1.OAuthServer)
	return server
}

// present returns what the OAuthServer says, and the defaults if there is none.
func (v *View) present() *meaning {
	object := v.Object()
	if known := v.last.Load(); known != nil && known.object == object {
		return known
	}
	fresh := &meaning{object: object}
	if object == nil {
		object = &oauthv1alpha1.OAuthServer{}
	}
	fresh.settings = serverspec.Of(object)
	v.last.Store(fresh)
	return fresh
}

// Settings returns what the OAuthServer says, and the defaults if there is none. They
// must not be changed.
func (v *View) Settings() *serverspec.Settings { return &v.present().settings }

// Issuer returns the issuer URL, empty if there is no OAuthServer.
func (v *View) Issuer() string { return v.Settings().Issuer }

// URLs returns the URLs of an endpoint: the public one, and that by which pods of the
// cluster call it, if the status says so.
func (v *View) URLs(path string) []string {
	urls, object := []string{v.Issuer() + path}, v.present().object
	if object == nil || object.Status.Internal == nil || path != endpoints.Token {
		return urls
	}
	return append(urls, object.Status.Internal.Token)
}

// Outbound returns the networks that may be called in any case.
func (v *View) Outbound() []netip.Prefix { return v.Settings().Outbound }

// Bounds returns the bounds of session objects and the operator's last count, nil if there
// is none; false if there is no OAuthServer.
func (v *View) Bounds() (serverspec.Bounds, *oauthv1alpha1.SessionsStatus, bool) {
	now := v.present()
	if now.object == nil {
		return now.settings.Bounds, nil, false
	}
	return now.settings.Bounds, now.object.Status.Sessions, true
}

// KeysMaxAge returns how long others may keep the published keys.
func (v *View) KeysMaxAge() time.Duration {
	now := v.present()
	if now.object == nil {
		return 0
	}
	return keyring.MaxAge(now.settings.SigningInterval)
}

// Scopes returns the scopes that a client can have: restricted ones if a policy
// allows them to some.
func (v *View) Scopes() []string {
	names, now := []string{}, v.present()
	policies := watch.All[*oauthv1alpha1.OAuthClientPolicy](v.Policies)
	for _, scope := range now.settings.Scopes {
		allowed := func(p *oauthv1alpha1.OAuthClientPolicy) bool {
			return clientpolicy.Concerns(p, now.object) && slices.Contains(p.Spec.Scopes, scope.Name)
		}
		if !scope.Restricted || slices.ContainsFunc(policies, allowed) {
			names = append(names, string(scope.Name))
		}
	}
	return names
}
