package resourcespec

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

// MetadataURL is where the server with an issuer publishes the metadata of the resource.
func (r *Resource) MetadataURL(issuer string) string {
	return issuer + endpoints.Resources + r.Namespace + "/" + r.Name
}

// Challenge is the WWW-Authenticate header of the resource (RFC 9728 section 5.1). It asks
// for the first scope only; a client gets to know of others where they are needed.
func (r *Resource) Challenge(issuer string) string {
	scheme := "Bearer "
	if r.NeedsDPoP() {
		scheme = "DPoP "
	}
	challenge := scheme + `resource_metadata="` + r.MetadataURL(issuer) + `"`
	if len(r.Scopes) > 0 {
		challenge += `, scope="` + r.Scopes[0].Name + `"`
	}
	return challenge
}

// NeedsDPoP reports whether access tokens must be bound to a DPoP key.
func (r *Resource) NeedsDPoP() bool { return r.Binding == oauthv1alpha1.AccessTokenBindingDPoP }

// NeedsCertificate reports whether access tokens must be bound to a certificate.
func (r *Resource) NeedsCertificate() bool {
	return r.Binding == oauthv1alpha1.AccessTokenBindingCertificate
}
