package connectors

import (
	"errors"

	"github.com/grantor-dev/grantor/server/identity/ldap"
	"github.com/grantor-dev/grantor/server/identity/oauth2"
	"github.com/grantor-dev/grantor/server/identity/oidc"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// errKind says that this release does not know the type of a provider.
var errKind = errors.New("the type of the provider is unknown")

// build makes the connector of a provider.
func (r *Registry) build(p *providers.Provider) (upstream.Connector, error) {
	spec := &p.Object.Spec
	switch {
	case spec.OIDC != nil:
		return oidc.New(oidc.Options{Spec: spec, Secret: p.Secret(), HTTP: r.http, Now: r.Now}), nil
	case spec.OAuth2 != nil:
		return oauth2.New(oauth2.Options{Provider: p.Object, Secret: p.Secret(), HTTP: r.http, Now: r.Now})
	case spec.LDAP != nil:
		return ldap.New(ldap.Options{Provider: p.Object, Secret: p.Secret(), Networks: r.Networks, Now: r.Now})
	default:
		return nil, errKind
	}
}
