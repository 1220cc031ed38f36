package identity

import "slices"

// ACRPassword is the class of users who gave a password to this server (SAML 2.0
// Authentication Context section 3.4.4): OpenID Connect has no names of its own.
const ACRPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

// acrUnknown is the class of users of whom no other is known (OpenID Connect Core 1.0
// section 2).
const acrUnknown = "0"

// ACR returns the authentication context class that methods (RFC 8176) amount to.
func ACR(amr []string) string {
	if slices.Contains(amr, "pwd") {
		return ACRPassword
	}
	return acrUnknown
}

// ACRs returns the classes that a user can be of, for discovery.
func ACRs() []string { return []string{ACRPassword} }
