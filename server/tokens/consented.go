package tokens

import (
	"slices"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// MayTarget reports whether a client may get a token for an audience in exchange for one of
// the user of a Grant; nil for no user. No object of a tenant stands for a user's consent: the
// audience is one that the user was asked for, or of the client's own namespace, unless a
// policy says otherwise.
func (v *Verifier) MayTarget(client *clients.Client, g *grants.Grant, audience string) bool {
	if g == nil || client.Exchange().BeyondConsent || asked(g, audience) {
		return true
	}
	return client.Owns(audience) || len(g.Audiences) == 0 && audience == v.Issuer()
}

// Adds reports whether a client gets a scope at an audience that the token that it exchanges
// does not have: its object says so and, of a user, the user was asked for it.
func Adds(client *clients.Client, g *grants.Grant, scope, audience string) bool {
	if !slices.Contains(client.Exchange().Scopes, scope) {
		return false
	}
	return g == nil || client.Exchange().BeyondConsent ||
		asked(g, audience) && (slices.Contains(g.Scopes, scope) || slices.Contains(g.Audiences, consents.At(audience, scope)))
}

func asked(g *grants.Grant, audience string) bool {
	return slices.Contains(consents.Names(g.Audiences), audience)
}
