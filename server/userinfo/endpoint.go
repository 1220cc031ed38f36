package userinfo

import (
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Endpoint is the userinfo endpoint.
type Endpoint struct {
	Tokens *tokens.Verifier
	Proofs Proofs
}

// Proofs verifies DPoP proofs.
type Proofs interface {
	// Shown returns an httpx.Error unless a request with an access token has a proof for it,
	// of the key with a thumbprint.
	Shown(w http.ResponseWriter, r *http.Request, path, token, thumbprint string) error
}

var _ Proofs = (*dpop.Verifier)(nil)

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	token, scheme, err := presented(w, r)
	if err != nil {
		return err
	}
	claims, err := e.Tokens.Access(token)
	if err != nil {
		return err
	}
	if claims == nil {
		return errToken(scheme)
	}
	if err := e.held(w, r, token, scheme, claims.Confirmation); err != nil {
		return err
	}
	answer, err := e.userinfo(r.Context(), claims, scheme)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, answer)
	return nil
}

// presented returns the token of a request and its scheme. It is sent in exactly one way: in the
// Authorization header, or in the form of a POST (RFC 6750 section 2). A token in a
// URL would end up in logs.
func presented(w http.ResponseWriter, r *http.Request) (token string, scheme httpx.Scheme, err error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, HEAD, POST")
		return "", 0, &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use GET or POST.", Status: http.StatusMethodNotAllowed}
	}
	inForm := ""
	if r.Method == http.MethodPost && len(r.Header["Content-Type"]) > 0 {
		if err := httpx.ParseForm(w, r); err != nil {
			return "", 0, err
		}
		inForm = r.PostForm.Get("access_token")
	}
	headers := r.Header.Values("Authorization")
	switch {
	case len(headers)+len(inForm) == 0:
		return "", 0, &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The request has no access token.",
			Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing, Algorithms: dpop.Algorithms(),
		}
	case len(headers) > 1 || len(headers) == 1 && inForm != "":
		return "", 0, &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The access token must be sent in exactly one way.",
			Status: http.StatusBadRequest, Scheme: httpx.SchemeBearer,
		}
	case len(headers) == 0:
		return inForm, httpx.SchemeBearer, nil
	}
	name, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimLeft(token, " ")
	switch {
	case strings.EqualFold(name, tokens.TypeBearer):
		return token, httpx.SchemeBearer, nil
	case strings.EqualFold(name, tokens.TypeDPoP):
		return token, httpx.SchemeDPoP, nil
	}
	return "", 0, &httpx.Error{
		Code: httpx.CodeInvalidRequest, Description: "The Authorization header is neither a Bearer nor a DPoP header.",
		Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing, Algorithms: dpop.Algorithms(),
	}
}
