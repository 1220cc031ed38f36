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
