package coder

import (
	"net/http"

	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
)

// bearer returns the token and the address of the sender of a request. It returns an
// httpx.Error if there is no token or nobody may register.
func bearer(s *compat.Server, r *http.Request) (registration.Bearer, error) {
	if !s.Settings().Registration.WithToken {
		return registration.Bearer{}, &httpx.Error{
			Code: httpx.CodeAccessDenied, Status: http.StatusForbidden, Description: "Nobody may register applications here: spec.registration.namespaces of the OAuthServer is empty.",
		}
	}
	token, err := bearerToken(r)
	return registration.Bearer{Token: token, Address: s.Address(r)}, err
}

// bearerToken returns the bearer token of a request (RFC 6750 section 2.1), or an httpx.Error.
func bearerToken(r *http.Request) (string, error) {
	token, there, err := httpx.Bearer(r)
	if err == nil && !there {
		err = &httpx.Error{
			Code: httpx.CodeInvalidRequest, Description: "The request has no access token.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearerMissing,
		}
	}
	return token, err
}

func notAllowed(w http.ResponseWriter, methods string) error {
	w.Header().Set("Allow", methods)
	return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use one of " + methods + ".", Status: http.StatusMethodNotAllowed}
}

func noContent(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
