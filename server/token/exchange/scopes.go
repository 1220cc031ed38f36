package exchange

import (
	"slices"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// narrowed returns the scopes of the new token: those that are asked for, or else all, as far
// as the subject token has them and the client may ask for them at the target; and those that
// are asked for and that the client's object adds. Others are left out, as scope in the answer
// says (RFC 8693 section 2.2.1).
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

// carries reports whether a scope of the subject token also counts at the target: one of the
// catalogue does, and one of an OAuthResource only at that resource, since another may have a
// scope of the same name. A token that cannot be refreshed has no offline_access, and one
// without a user no openid.
func (s *subject) carries(client *clients.Client, scope string, target []string) bool {
	if !slices.Contains(s.scopes, scope) || scope == grants.ScopeOffline || scope == grants.ScopeOpenID && s.user == nil {
		return false
	}
	return slices.Contains(client.GetScopes(), scope) ||
		!slices.ContainsFunc(target, func(audience string) bool { return !slices.Contains(s.audiences, audience) })
}
