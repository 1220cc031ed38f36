package clientspec

import (
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/schemes"
)

// redirectSchemesAllowed lets an administrator decide who may have a private scheme without a
// dot: nothing ties it to the owner of a domain (RFC 8252 section 7.1), so any program can claim
// it and gets codes, which are of no use to it only with PKCE.
func redirectSchemesAllowed(e *evaluation) *Refusal {
	l, spec := e.limits.RedirectSchemes, &e.Client.Spec
	for _, field := range []struct {
		name string
		uris []oauthv1alpha1.RedirectURI
	}{{"redirectURIs", spec.RedirectURIs}, {"postLogoutRedirectURIs", spec.PostLogoutRedirectURIs}} {
		for _, uri := range field.uris {
			scheme := schemes.Undotted(string(uri))
			switch {
			case scheme == "" || schemes.IsPrivate(scheme) && l.Has(scheme):
			case l.Set():
				return e.notAllowed(oauthv1alpha1.ReasonRedirectSchemeNotAllowed, fmt.Sprintf("the scheme of %q in spec.%s", uri, field.name), l.By...)
			default:
				return refuse(oauthv1alpha1.ReasonRedirectSchemeNotAllowed, fmt.Sprintf(
					"The scheme of %q in spec.%s has no dot, and no policy of OAuthServer %s/%s allows it. Change it to one with a dot, such as com.example.app, or ask the server's administrator for a policy with redirectSchemes.",
					uri, field.name, e.server.Namespace, e.server.Name))
			}
		}
	}
	if spec.PKCE == oauthv1alpha1.PKCEOptional && undotted(e.Client) {
		return refuse(oauthv1alpha1.ReasonPKCERequired,
			"spec.redirectURIs has a scheme without a dot, which any program can claim, so authorization requests need PKCE. Remove spec.pkce, or set it to Required.")
	}
	return nil
}

// undotted reports whether users return to a client by a private scheme without a dot.
func undotted(c *oauthv1alpha1.OAuthClient) bool {
	for _, uri := range c.Spec.RedirectURIs {
		if schemes.Undotted(string(uri)) != "" {
			return true
		}
	}
	return false
}
