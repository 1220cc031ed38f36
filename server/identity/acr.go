package identity

import (
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// ACRPassword is the class of users who gave a password to this server (SAML 2.0
// Authentication Context section 3.4.4): OpenID Connect has no names of its own.
const ACRPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

// ACRSecondFactor is the class of users who gave more than one factor, here or at a provider
// that is trusted in this. The name is Grantor's own.
const ACRSecondFactor = "https://grantor.dev/acr/second-factor"

// Methods of signing in (RFC 8176).
const (
	MethodOTP = "otp"
	// MethodKey is a passkey. Nothing shows whether its key is in hardware.
	MethodKey = "pop"
	// MethodMany says that more than one factor was given.
	MethodMany = "mfa"
)

// acrUnknown is the class of users of whom no other is known (OpenID Connect Core 1.0
// section 2).
const acrUnknown = "0"

// ACR returns the authentication context class that methods (RFC 8176) amount to.
func ACR(amr []string) string {
	if slices.Contains(amr, MethodMany) {
		return ACRSecondFactor
	}
	if slices.Contains(amr, "pwd") {
		return ACRPassword
	}
	return acrUnknown
}

// ACRs returns the classes that requests can ask for.
func ACRs() []string { return []string{ACRPassword, ACRSecondFactor} }

// ACRsWith returns the classes that users of a server can have, for discovery.
func ACRsWith(mode oauthv1alpha1.SecondFactorMode) []string {
	if mode == oauthv1alpha1.SecondFactorOff {
		return []string{ACRPassword}
	}
	return ACRs()
}
