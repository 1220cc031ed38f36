package providerspec

import oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"

// Realm stands for whose accounts those of a provider are, and for whom the tokens are that it
// gave for them. What is stored of an account counts in the realm in which it was said: in
// another one the same ID can be another user's, and tokens would be sent to somebody else. The
// address of a directory may change, because nothing that belongs to users is sent there.
func Realm(p *oauthv1alpha1.OAuthIdentityProvider) string {
	parts := []string{typeOf(p)}
	switch spec := &p.Spec; {
	case spec.OIDC != nil:
		parts = append(parts, string(spec.OIDC.Issuer), spec.OIDC.ClientID)
	case spec.OAuth2 != nil:
		parts = append(parts, string(spec.OAuth2.Preset), spec.OAuth2.ClientID)
		if custom := spec.OAuth2.Custom; custom != nil {
			parts = append(parts, string(custom.TokenEndpoint), string(custom.Profile.URL), string(custom.Profile.ID))
		}
		if spec.OAuth2.GitHub != nil {
			parts = append(parts, string(spec.OAuth2.GitHub.Server))
		}
	case spec.LDAP != nil:
		parts = append(parts, string(spec.LDAP.Users.ID))
	}
	return digest(parts)
}
