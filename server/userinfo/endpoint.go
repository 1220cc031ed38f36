package userinfo

import (
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Endpoint is the userinfo endpoint.
type Endpoint struct {
	Tokens *tokens.Verifier
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	token, err := bearer(w, r)
	if err != nil {
		return err
	}
	claims, err := e.userinfo(r.Context(), token)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, claims)
	return nil
}

// bearer returns the token of a request, which is sent in exactly one way: in the
// Authorization header, or in the form of a POST (RFC 6750 section 2). A token in a
// URL would end up in logs.
func bearer(w http.ResponseWriter, r *http.Request) (string, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, HEAD, POST")
		return "", &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use GET or POST.", Status: http.StatusMethodNotAllowed}
	}
	inForm := ""
	if r.Method == http.MethodPost && len(r.Header["Content-Type"]) > 0 {
		if err := httpx.ParseForm(w, r); err != nil {
			return "", err
		}
		inForm = r.PostForm.Get("access_token")
	}
	headers := r.Header.Values("Authorization")
	switch {
	case len(headers)+len(inForm) == 0:
		return "", &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The request has no access token.",
			Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing,
		}
	case len(headers) > 1 || len(headers) == 1 && inForm != "":
		return "", &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The access token must be sent in exactly one way.",
			Status: http.StatusBadRequest, Scheme: httpx.SchemeBearer,
		}
	case len(headers) == 0:
		return inForm, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, tokens.TypeBearer) {
		return "", &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The Authorization header is not a Bearer header.",
			Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing,
		}
	}
	return strings.TrimLeft(token, " "), nil
}
