package exchange

import (
	"slices"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// narrowed returns the scopes of the new token: the requested scopes, or else all scopes, that
// the subject token has and that the client may ask for at the target; and the requested scopes
// that the client's object adds. Others are left out, as scope in the response shows (RFC 8693
// section 2.2.1).
func narrowed(client *clients.Client, s *subject, target, asked []string) ([]string, error) {
	wanted := asked
	if len(asked) == 0 {
		wanted = s.scopes
	}
	granted := []string{}
	for _, scope := range wanted {
		added := len(asked) > 0 && tokens.Adds(client, s.grant, scope, target[0])
		if client.MayAsk(scope, target) && (added || s.carries(client, scope, target)) {
			granted = append(granted, scope)
		}
	}
	if len(granted) == 0 && len(asked) > 0 {
		return nil, errNothingLeft
	}
	return granted, nil
}

// carries reports whether a scope of the subject token also applies at the target: a scope of
// the catalogue does, and a scope of an OAuthResource only at that resource, since another
// resource may have a scope of the same name. A token that cannot be refreshed has no
// offline_access, and a token without a user no openid.
func (s *subject) carries(client *clients.Client, scope string, target []string) bool {
	if !slices.Contains(s.scopes, scope) || scope == grants.ScopeOffline || scope == grants.ScopeOpenID && s.user == nil {
		return false
	}
	return slices.Contains(client.GetScopes(), scope) ||
		!slices.ContainsFunc(target, func(audience string) bool { return !slices.Contains(s.audiences, audience) })
}
