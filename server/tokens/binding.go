package tokens

import (
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Types of access tokens.
const (
	// TypeBearer counts for everyone who bears it (RFC 6750), and who proves to have the
	// certificate, if it is bound to one (RFC 8705).
	TypeBearer = "Bearer"
	// TypeDPoP is bound to a key (RFC 9449).
	TypeDPoP = "DPoP"
)

// TypeOf returns the type of an access token that is bound to something.
func TypeOf(bound grants.Confirmation) string {
	if bound.JKT != "" {
		return TypeDPoP
	}
	return TypeBearer
}

// Bound returns to which of what a request has proved to have tokens with a binding are
// bound. A DPoP proof says that the client wants to use them where it may present no
// certificate; so a certificate that comes with one counts only if it must.
func Bound(binding oauthv1alpha1.AccessTokenBinding, proved grants.Confirmation) grants.Confirmation {
	if proved.JKT != "" && binding != oauthv1alpha1.AccessTokenBindingCertificate {
		proved.X5T = ""
	}
	return proved
}

// Bindable returns an httpx.Error if a request has not proved to have what access tokens must
// be bound to.
func Bindable(binding oauthv1alpha1.AccessTokenBinding, proved grants.Confirmation) error {
	switch binding {
	case oauthv1alpha1.AccessTokenBindingDPoP:
		if proved.JKT == "" {
			return errNoProof
		}
	case oauthv1alpha1.AccessTokenBindingCertificate:
		if proved.X5T == "" {
			return errNoCertificate
		}
	case oauthv1alpha1.AccessTokenBindingRequired:
		if proved == (grants.Confirmation{}) {
			return errNeither
		}
	case oauthv1alpha1.AccessTokenBindingIfProved:
	}
	return nil
}

const requiredBy = "spec.tokens.accessToken.binding of its OAuthClient, a policy, the OAuthServer, or an OAuthResource requires it."

var (
	errNoProof = &httpx.Error{
		Code: httpx.CodeInvalidDPoPProof, Status: http.StatusBadRequest,
		Description: "The client must send a DPoP proof (RFC 9449): " + requiredBy,
	}
	errNoCertificate = httpx.BadRequest(httpx.CodeInvalidRequest, "The client must present a certificate (RFC 8705): %s", requiredBy)
	errNeither       = &httpx.Error{
		Code: httpx.CodeInvalidDPoPProof, Status: http.StatusBadRequest,
		Description: "The client must send a DPoP proof (RFC 9449) or present a certificate (RFC 8705): " + requiredBy,
	}
)
