package tokens

import (
	"maps"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Scopes splits a list of scopes at spaces, and nowhere else (RFC 6749 section 3.3). Each
// comes once.
func Scopes(list string) []string {
	var scopes []string
	for scope := range strings.SplitSeq(list, " ") {
		if scope != "" && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// ClaimsFor returns what a client may know of a user: the claims that the scopes grant,
// those that were asked for one by one, and copies of both under names of the client's
// own. sub is by which the client knows the user.
func ClaimsFor(client *clients.Client, user *identity.Person, sub string, scopes []string, asked grants.ClaimSet) map[string]any {
	claims := user.Claims(scopes)
	for _, name := range asked.Names() {
		// The client may have lost the scope since.
		if value, ok := user.Claim(name); ok && slices.Contains(client.GetScopes(), identity.ClaimScope(name)) {
			claims[name] = value
		}
	}
	copies := map[string]any{}
	for _, mapping := range client.People().Claims {
		// A client that is older than the rule about it.
		if strings.EqualFold(mapping.Name, claimGrant) {
			continue
		}
		value, ok := claims[string(mapping.From)]
		if mapping.From == "sub" {
			value, ok = sub, true
		}
		if ok {
			copies[mapping.Name] = value
		}
	}
	// A copy wins: an application that knows users by a nickname that is the username must
	// not meet another user who has that nickname.
	maps.Copy(claims, copies)
	return claims
}
