package jwksets

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
)

// wellKnown is where an issuer describes itself (OpenID Connect Discovery 1.0 section 4).
const wellKnown = "/.well-known/openid-configuration"

var (
	errDocument = errors.New("it answers no document with an https URL as jwks_uri")
	errIssuer   = errors.New("its document is of another issuer")
)

// discover returns where the document of an issuer says that its keys are. The document
// must be of that issuer, byte for byte (section 4.3).
func (f *fetcher) discover(ctx context.Context, issuer string) (string, error) {
	uri := strings.TrimSuffix(issuer, "/") + wellKnown
	body, _, err := f.get(ctx, uri, "application/json")
	if err != nil {
		return "", err
	}
	var document struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	switch {
	case json.Unmarshal(body, &document) != nil:
		return "", fetchError(uri, errDocument)
	case document.Issuer != issuer:
		return "", fetchError(uri, errIssuer)
	case !isPlace(document.JWKSURI):
		return "", fetchError(uri, errDocument)
	}
	return document.JWKSURI, nil
}

// isPlace reports whether a URL could be the jwksURI of an OAuthServer: what a document says
// goes to logs, and user information would be sent to the host as credentials.
func isPlace(text string) bool {
	const longest = 2048
	if len(text) > longest {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}
