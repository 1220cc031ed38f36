package gate

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// presented returns the token of a request and its scheme. The token must be in the
// Authorization header: the gate sees no body, and a token in a URL would end up in logs.
func (e *Endpoint) presented(r *http.Request, asked *question) (token string, scheme httpx.Scheme, err error) {
	headers := r.Header.Values("Authorization")
	if inURL(r, asked) {
		return "", 0, e.refuse(asked, httpx.SchemeBearer, unauthorized(httpx.CodeInvalidRequest, "Send the access token in the Authorization header, never in the URL."))
	}
	if len(headers) > 1 {
		return "", 0, e.refuse(asked, httpx.SchemeBearer, unauthorized(httpx.CodeInvalidRequest, "The request has several Authorization headers."))
	}
	if len(headers) == 1 {
		name, token, _ := strings.Cut(headers[0], " ")
		token = strings.TrimLeft(token, " ")
		switch {
		case strings.EqualFold(name, tokens.TypeBearer):
			return token, httpx.SchemeBearer, nil
		case strings.EqualFold(name, tokens.TypeDPoP):
			return token, httpx.SchemeDPoP, nil
		}
	}
	missing := httpx.SchemeBearerMissing
	if asked.resource.NeedsDPoP() {
		missing = httpx.SchemeDPoPMissing
	}
	return "", 0, e.refuse(asked, missing, unauthorized(httpx.CodeInvalidRequest, "The request has no access token."))
}

// inURL reports whether the original request has an access token in its query (RFC 6750 section
// 2.3), as far as the proxy passes that on.
func inURL(r *http.Request, asked *question) bool {
	queries := []string{}
	if asked.appended {
		queries = append(queries, r.URL.RawQuery)
	}
	for _, uri := range r.Header.Values(headerURI) {
		_, query, _ := strings.Cut(uri, "?")
		queries = append(queries, query)
	}
	for _, query := range queries {
		for pair := range strings.SplitSeq(query, "&") {
			name, _, _ := strings.Cut(pair, "=")
			if name, err := url.QueryUnescape(name); err == nil && name == "access_token" {
				return true
			}
		}
	}
	return false
}

// held returns an httpx.Error unless the sender of the original request has what the token is
// bound to, and the token is bound to what the resource requires.
func (e *Endpoint) held(w http.ResponseWriter, r *http.Request, asked *question, token string, scheme httpx.Scheme, bound grants.Confirmation) error {
	switch {
	case bound.X5T != "" && bound.X5T != certificates.Thumbprint(r.Context()):
		return e.refuse(asked, scheme, invalidToken("The access token is bound to a certificate, which the proxy did not pass on to the gate at the port for clients with certificates."))
	case tokens.Bindable(asked.resource.Binding, bound) != nil:
		return e.refuse(asked, scheme, invalidToken("The access token is not bound to what spec.tokens.binding of the OAuthResource requires."))
	case bound.JKT == "" && scheme == httpx.SchemeDPoP:
		return e.refuse(asked, httpx.SchemeBearer, invalidToken("The access token is not bound to a key; send it as Bearer."))
	case bound.JKT == "":
		return nil
	case scheme != httpx.SchemeDPoP:
		return e.refuse(asked, httpx.SchemeDPoP, invalidToken("The access token is bound to a key; send it as DPoP, with a proof."))
	}
	to, err := e.original(r, asked)
	if err != nil {
		return e.refuse(asked, scheme, err)
	}
	err = e.Proofs.ShownFor(w, r, dpop.Target{Method: to.method, URLs: []string{to.url()}}, token, bound.JKT)
	return e.refuse(asked, scheme, err)
}
