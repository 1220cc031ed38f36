package provider

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/internal/tokenspec"
)

// Errors of metadata. They are ends of sentences and quote nothing of an answer.
var (
	errAway    = errors.New("its metadata cannot be read")
	errFormat  = errors.New("its metadata is not a JSON object")
	errIssuer  = errors.New("its metadata names another issuer")
	errNoToken = errors.New("its metadata names no token endpoint that is https")
	errNoStart = errors.New("its metadata names an authorization endpoint that is not https")
	errQuery   = errors.New("the query of the authorization endpoint in its metadata has what requests have anyway, or is not name=value pairs")
)

// addresses returns where an issuer may publish its metadata: OpenID Connect Discovery 1.0
// section 4, and RFC 8414 section 3.
func addresses(issuer string) []string {
	at, err := url.Parse(issuer)
	if err != nil {
		return nil
	}
	path := strings.TrimSuffix(at.EscapedPath(), "/")
	base := at.Scheme + "://" + at.Host
	return []string{base + path + "/.well-known/openid-configuration", base + "/.well-known/oauth-authorization-server" + path}
}

// parse reads the metadata of an issuer.
func parse(issuer string, body []byte) (Provider, error) {
	members, ok := jsonmembers.Parse(body, 16)
	if !ok {
		return Provider{}, errFormat
	}
	text := func(name string) (value string) {
		_ = json.Unmarshal(members[name], &value)
		return value
	}
	p := Provider{Issuer: text("issuer"), Authorization: text("authorization_endpoint"), Token: text("token_endpoint")}
	switch {
	case p.Issuer != issuer:
		return Provider{}, errIssuer
	case !callable(p.Token):
		return Provider{}, errNoToken
	case p.Authorization != "" && !callable(p.Authorization):
		return Provider{}, errNoStart
	case !tokenspec.PlainEndpoint(p.Authorization):
		return Provider{}, errQuery
	}
	_ = json.Unmarshal(members["authorization_response_iss_parameter_supported"], &p.IssParameter)
	return p, nil
}
