package userinfo

import (
	"errors"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/tokens"
)

// held returns an httpx.Error unless the sender of a token has what the token is bound to. A
// token that is bound to a key is sent with the scheme DPoP, and no other is (RFC 9449
// section 7.2).
func (e *Endpoint) held(w http.ResponseWriter, r *http.Request, token string, scheme httpx.Scheme, bound grants.Confirmation) error {
	if bound.X5T != "" && bound.X5T != certificates.Thumbprint(r.Context()) {
		return refused(scheme, http.StatusUnauthorized, httpx.CodeInvalidToken, "The access token is bound to a certificate; present it, at the userinfo_endpoint of mtls_endpoint_aliases.")
	}
	switch {
	case bound.JKT == "" && scheme == httpx.SchemeDPoP:
		return refused(httpx.SchemeBearer, http.StatusUnauthorized, httpx.CodeInvalidToken, "The access token is not bound to a key; send it as Bearer.")
	case bound.JKT == "":
		return nil
	case scheme != httpx.SchemeDPoP:
		return refused(httpx.SchemeDPoP, http.StatusUnauthorized, httpx.CodeInvalidToken, "The access token is bound to a key; send it as DPoP, with a proof.")
	}
	err := e.Proofs.Shown(w, r, endpoints.Userinfo, token, bound.JKT)
	if refusal, ok := errors.AsType[*httpx.Error](err); ok && refusal.Status == http.StatusBadRequest {
		return refused(httpx.SchemeDPoP, http.StatusUnauthorized, refusal.Code, refusal.Description)
	}
	return err
}

func refused(scheme httpx.Scheme, status int, code, description string) *httpx.Error {
	e := &httpx.Error{Code: code, Description: description, Status: status, Scheme: scheme}
	if scheme == httpx.SchemeDPoP {
		e.Algorithms = dpop.Algorithms()
	}
	return e
}

// errScope is for a token that may know nothing of its user. OpenID Connect
// answers tokens of scope openid; OAuth alone also gives what the user was asked for.
func errScope(scheme httpx.Scheme) error {
	return refused(scheme, http.StatusForbidden, httpx.CodeInsufficientScope,
		"The access token was granted none of the scopes openid, profile, email, address, phone and groups.")
}

func errToken(scheme httpx.Scheme) error {
	return refused(scheme, http.StatusUnauthorized, httpx.CodeInvalidToken, "The access token is invalid, expired or revoked.")
}

// refused returns why a user's token does not count: an application can do something about a
// second factor that is missing (RFC 9470 section 3).
func (e *Endpoint) refused(claims *tokens.AccessClaims, scheme httpx.Scheme) error {
	insufficient, err := e.Tokens.Insufficient(claims)
	switch {
	case err != nil:
		return err
	case !insufficient:
		return errToken(scheme)
	}
	refusal := refused(scheme, http.StatusUnauthorized, httpx.CodeInsufficientUser,
		"The user gave no second factor, and spec.login.minimumAssurance of the OAuthClient demands one: send the user to the authorization endpoint once more.")
	refusal.ACR = identity.ACRSecondFactor
	return refusal
}
