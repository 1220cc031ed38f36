package token

import (
	"net/url"
	"slices"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// narrowedAudiences returns the audiences of a token: those that were granted or, of these,
// those that the request names (RFC 8707 section 2.2).
func narrowedAudiences(client *clients.Client, granted []string, form url.Values) ([]string, error) {
	asked, ok := client.Audiences(form)
	if !ok || slices.ContainsFunc(asked, func(audience string) bool { return !slices.Contains(granted, audience) }) {
		return nil, errTarget
	}
	if len(asked) > 0 {
		return asked, nil
	}
	return granted, nil
}

var errTarget = httpx.BadRequest(httpx.CodeInvalidTarget, "The token request names an audience that was not granted: the authorization request must name all that the client will ask for.")

// oneResource refuses tokens for an OAuthResource and something else: what a token may do at
// one audience, it may do at each.
func oneResource(client *clients.Client, audiences []string) error {
	if len(audiences) > 1 && client.OfResource(audiences) {
		return errOneResource
	}
	return nil
}

var errOneResource = httpx.BadRequest(httpx.CodeInvalidTarget, "Name one resource. A token for an OAuthResource has no other audience: request a token for each, with the parameter 'resource'.")
