package clients

import (
	"slices"
	"strconv"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/server/identity"
)

// Namespace returns the namespace of the OAuthClient.
func (c *Client) Namespace() string { return c.spec.Namespace }

// Name returns the name of the OAuthClient.
func (c *Client) Name() string { return c.spec.Name }

// Tokens returns the forms and lifetimes of the client's tokens.
func (c *Client) Tokens() clientspec.Tokens { return c.spec.Tokens }

// People returns how the client meets people. It must not be changed.
func (c *Client) People() clientspec.Interactive { return c.spec.Interactive }

// May reports whether the client may use a grant. One that does not authenticate never gets
// a token of its own (RFC 6749 section 4.4), nor one for another's (RFC 8693 section 2.1).
func (c *Client) May(grant string) bool {
	needs := grant == string(oauthv1alpha1.GrantClientCredentials) || grant == string(oauthv1alpha1.GrantTokenExchange)
	return slices.Contains(c.spec.GrantTypes, grant) && (!needs || !c.IsPublic())
}

// Exchange returns which tokens the client may exchange. It must not be changed.
func (c *Client) Exchange() *workloads.Exchange { return &c.spec.Exchange }

// NeedsChallenge reports whether an authorization request of the client must have a
// PKCE challenge. nonced says that it is one of OpenID Connect with a nonce, which for a
// client with credentials does as well (RFC 9700 section 2.1.1).
func (c *Client) NeedsChallenge(nonced bool) bool {
	switch c.spec.Interactive.PKCE {
	case oauthv1alpha1.PKCEOptional:
		return false
	case oauthv1alpha1.PKCEAuto:
		return !nonced
	default:
		return true
	}
}

// Admits reports whether a person may use the client, having signed in where it is known from.
func (c *Client) Admits(person *identity.Person) bool {
	people := c.spec.Interactive
	if !c.LetsIn(person.Source) {
		return false
	}
	if len(people.Groups) == 0 && len(people.Users) == 0 || slices.Contains(people.Users, person.Username) {
		return true
	}
	return slices.ContainsFunc(person.Groups, func(group string) bool { return slices.Contains(people.Groups, group) })
}

// LetsIn reports whether users of a source, an OAuthIdentityProvider or local for OAuthUsers,
// may sign in to the client.
func (c *Client) LetsIn(source string) bool {
	providers := c.spec.Interactive.Providers
	return len(providers) == 0 || slices.Contains(providers, source)
}

// Suffices reports whether users who signed in by some methods (RFC 8176) may use the client.
func (c *Client) Suffices(amr []string) bool {
	return !c.spec.Interactive.SecondFactor || identity.ACR(amr) == identity.ACRSecondFactor
}

// Redirects reports whether the client may have the browser sent to a URI.
func (c *Client) Redirects(uri string) bool { return listed(c.spec.Interactive.RedirectURIs, uri) }

// RedirectsAfterLogout reports the same for the end of a session.
func (c *Client) RedirectsAfterLogout(uri string) bool {
	return listed(c.spec.Interactive.PostLogoutURIs, uri)
}

// listed compares byte for byte (RFC 9700 section 2.1), except that the port of
// a loopback address may differ, because a native application takes whatever port is
// free (RFC 8252 section 7.3).
func listed(uris []string, uri string) bool {
	portless, loopback := withoutLoopbackPort(uri)
	return slices.ContainsFunc(uris, func(known string) bool {
		if known == uri {
			return true
		}
		knownPortless, knownLoopback := withoutLoopbackPort(known)
		return loopback && knownLoopback && portless == knownPortless
	})
}

// IsLoopback reports whether a registered URI has no port that counts.
func IsLoopback(uri string) bool {
	_, loopback := withoutLoopbackPort(uri)
	return loopback
}

// withoutLoopbackPort returns a http URI of a loopback address without its port, and
// false for any other URI.
func withoutLoopbackPort(uri string) (string, bool) {
	for _, host := range []string{"http://127.0.0.1", "http://[::1]", "http://localhost"} {
		rest, ok := strings.CutPrefix(uri, host)
		if !ok {
			continue
		}
		if port, ok := strings.CutPrefix(rest, ":"); ok {
			rest = strings.TrimLeft(port, "0123456789")
			digits := port[:len(port)-len(rest)]
			if number, err := strconv.ParseUint(digits, 10, 16); err != nil || number == 0 || digits[0] == '0' {
				return "", false
			}
		}
		if rest == "" || rest[0] == '/' || rest[0] == '?' {
			return host + rest, true
		}
	}
	return "", false
}
