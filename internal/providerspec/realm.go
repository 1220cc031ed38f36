package providerspec

import oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"

// Realm stands for the origin of a provider's accounts, and for the destination of the tokens
// that it issued for them. A stored account is valid only in the realm it came from: in another
// one, the same ID can belong to another user, and tokens would be sent to another host. The
// address of a directory may change, because a recheck sends only IDs there.
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
