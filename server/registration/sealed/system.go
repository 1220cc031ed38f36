package sealed

import (
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// scopesOf are all that clients of a system may have, whatever others that register may.
var scopesOf = map[oauthv1alpha1.CompatibilityProfile][]string{oauthv1alpha1.CompatibilityGancio: {string(serverspec.EventScope)}}

// scopes returns what a client may ask for.
func (c *content) scopes(a *serverspec.Anonymous) []string {
	if c.System == "" {
		return a.Scopes
	}
	return slices.DeleteFunc(slices.Clone(a.Scopes), func(scope string) bool { return !slices.Contains(scopesOf[c.System], scope) })
}

// withoutPKCE reports whether a client can do without PKCE, as those of Gancio do: it has a
// secret, and one address on the web to which codes go. A program on the user's own computer
// cannot (RFC 8252 section 6).
func (c *content) withoutPKCE() bool {
	return c.System == oauthv1alpha1.CompatibilityGancio && c.Method != "" && len(c.Redirects) == 1 && strings.HasPrefix(c.Redirects[0], "https://")
}

// Registered returns what the client with an ID registered by the paths of a system, and false
// for any other ID. It returns an httpx.Error.
func (r *Registrar) Registered(system oauthv1alpha1.CompatibilityProfile, id string) (registration.Metadata, bool, error) {
	settings := r.Settings()
	anonymous := settings.Registration.Anonymous
	if anonymous == nil {
		return registration.Metadata{}, false, nil
	}
	set, err := r.Keys.Current()
	if err != nil {
		return registration.Metadata{}, false, httpx.Unavailable(err)
	}
	c := open(set, r.Issuer(), id)
	if c == nil || c.System != system || !c.counts(settings, r.Now()) {
		return registration.Metadata{}, false, nil
	}
	return registeredAs(c, anonymous, registration.Metadata{Method: string(c.Method)}), true, nil
}
