package compat

import (
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// bearer returns who sent a request, or an httpx.Error.
func (s *Server) bearer(r *http.Request) (registration.Bearer, error) {
	if !s.Settings().Registration.WithToken {
		return registration.Bearer{}, &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden, Description: "Nobody may register applications here: spec.registration.namespaces of the OAuthServer is empty.",
		}
	}
	token, err := bearerToken(r)
	return registration.Bearer{Token: token, Address: s.Address(r)}, err
}

// bearerToken returns the token of a request (RFC 6750 section 2.1), or an httpx.Error.
func bearerToken(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return "", &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The request has no access token.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing,
		}
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", refusedToken("The Authorization header must be one Bearer token.")
	}
	return token, nil
}

func refusedToken(description string) error {
	return &httpx.Error{Code: httpx.CodeInvalidToken, Description: description, Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer}
}

func notAllowed(w http.ResponseWriter, methods string) error {
	w.Header().Set("Allow", methods)
	return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use one of " + methods + ".", Status: http.StatusMethodNotAllowed}
}

func noContent(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
