package tokenspec

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"regexp"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// MayAuthorize reports whether spec.authorizedBy names a person, or a group of the person.
func MayAuthorize(token *oauthv1alpha1.OAuthToken, username string, groups []string) bool {
	by := token.Spec.AuthorizedBy
	if by == nil {
		return false
	}
	return slices.Contains(by.Users, username) ||
		slices.ContainsFunc(groups, func(group string) bool { return slices.Contains(by.Groups, group) })
}

// plainQuery is a URI with a query that everybody reads alike, or without one, and ownParameter
// one that has a parameter which the authorization request sets: the first of two would count at
// some providers. The schema of custom.authorizationEndpoint has the same expressions.
var (
	plainQuery   = regexp.MustCompile(`^[^?]*([?][A-Za-z0-9._~-]+=[^&;]*(&[A-Za-z0-9._~-]+=[^&;]*)*)?$`)
	ownParameter = regexp.MustCompile(`(?i)[?&](client_id|client_secret|response_type|response_mode|redirect_uri|state|scope|prompt|nonce|code_challenge|code_challenge_method|request|request_uri)=`)
)

// PlainEndpoint reports whether the query of an authorization endpoint leaves the authorization
// request as it is.
func PlainEndpoint(uri string) bool {
	return plainQuery.MatchString(uri) && !ownParameter.MatchString(uri)
}

// SendsPeople reports whether people may be sent to an authorization endpoint: by https or, for
// tests, by http to their own machine.
func SendsPeople(uri string, tests bool) bool {
	to, err := url.Parse(uri)
	if err != nil || to.User != nil || to.Fragment != "" || to.Host == "" || !PlainEndpoint(uri) {
		return false
	}
	return to.Scheme == "https" || tests && to.Scheme == "http" && loopback(to.Hostname())
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// ProviderDigest stands for a provider, as the status of an OAuthToken has it; empty for none.
func ProviderDigest(p *oauthv1alpha1.TokenProviderStatus) string {
	if p == nil {
		return ""
	}
	// A struct of strings and a bool can be encoded.
	plain, _ := json.Marshal(p)
	sum := sha256.Sum256(plain)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
