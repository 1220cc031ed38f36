package secret

import (
	"slices"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// follow is the policy for a value from spec.secret.from: it is published and written as
// it is given, and nothing is ever made in its place. A value that was in
// use before counts as new, so that its end is lifted.
func (f facts) follow() Plan {
	isGiven := func(c credentials.Credential) bool { return c.Matches(f.client, f.given) }
	if len(f.credentials) > 0 && f.credentials[0].ExpiresAt.IsZero() && isGiven(f.credentials[0]) {
		return Plan{Value: f.given, Credentials: f.credentials}
	}
	old := slices.DeleteFunc(f.unexpired(), isGiven)
	return Plan{
		Value:       f.given,
		Credentials: limit(append([]credentials.Credential{f.digest(f.given)}, old...)),
		Change:      Followed,
	}
}
