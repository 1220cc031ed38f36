package keys

// Purpose separates keys: what is made for one purpose means nothing for another.
// Its text is part of how the keys are derived and must not change.
type Purpose string

// Purposes.
const (
	// PurposeAccessToken seals opaque access tokens.
	PurposeAccessToken Purpose = "access-token"
	// PurposeMarkName keys the names of Marks.
	PurposeMarkName Purpose = "mark-name"
	// PurposeCode seals authorization codes.
	PurposeCode Purpose = "code"
	// PurposeRefreshToken authenticates refresh tokens.
	PurposeRefreshToken Purpose = "refresh-token"
	// PurposeRefreshTokenForm authenticates the readable part of refresh tokens.
	PurposeRefreshTokenForm Purpose = "refresh-token-form"
	// PurposeGrant seals what is stored about a grant.
	PurposeGrant Purpose = "grant"
	// PurposeLogin seals what is stored about a login.
	PurposeLogin Purpose = "login"
	// PurposeLoginCookie seals the cookie that names a login.
	PurposeLoginCookie Purpose = "login-cookie"
	// PurposeKnownBrowser seals the cookie that says who signed in with a browser before.
	PurposeKnownBrowser Purpose = "known-browser"
	// PurposeFlow seals what travels from page to page, such as an authorization request.
	PurposeFlow Purpose = "flow"
	// PurposeConsent seals what is stored about a consent.
	PurposeConsent Purpose = "consent"
	// PurposeConsentName keys the names of consents.
	PurposeConsentName Purpose = "consent-name"
	// PurposeSubjectLabel keys the labels that find what belongs to a subject.
	PurposeSubjectLabel Purpose = "subject-label"
	// PurposeDeviceCode seals device codes.
	PurposeDeviceCode Purpose = "device-code"
	// PurposeDeviceLink seals what the link of a device says.
	PurposeDeviceLink Purpose = "device-link"
	// PurposeApproval seals what is stored about an approval.
	PurposeApproval Purpose = "approval"
	// PurposeApprovalName keys the names of approvals.
	PurposeApprovalName Purpose = "approval-name"
	// PurposePushedRequest seals authorization requests that were pushed.
	PurposePushedRequest Purpose = "pushed-request"
	// PurposeDPoPNonce authenticates the nonces of DPoP proofs.
	PurposeDPoPNonce Purpose = "dpop-nonce"
	// PurposeRegistrationName keys the names of Registrations.
	PurposeRegistrationName Purpose = "registration-name"
	// PurposeRegistrationToken authenticates registration access tokens.
	PurposeRegistrationToken Purpose = "registration-token"
	// PurposeDerivedSecret derives the client secrets of OAuthClients that are stored nowhere.
	PurposeDerivedSecret Purpose = "derived-secret"
	// PurposeClientID seals the IDs of clients that registered without a token.
	PurposeClientID Purpose = "client-id"
	// PurposeClientSecret authenticates the secrets of these clients.
	PurposeClientSecret Purpose = "client-secret"
	// PurposeExchange seals what led to an exchanged token.
	PurposeExchange Purpose = "exchange"
	// PurposeConnect seals the cookie of a user who is at the provider of an OAuthToken.
	PurposeConnect Purpose = "connect"
	// PurposePerson seals what is stored about a user of an identity provider.
	PurposePerson Purpose = "person"
	// PurposePersonName keys the names of Persons.
	PurposePersonName Purpose = "person-name"
	// PurposeUpstream seals the cookie of a user who is at an identity provider.
	PurposeUpstream Purpose = "upstream"
	// PurposeUpstreamSession keys the labels that find the Logins of a session at an
	// identity provider.
	PurposeUpstreamSession Purpose = "upstream-session"
	// PurposeEnrollment seals what users have enrolled to sign in with.
	PurposeEnrollment Purpose = "enrollment"
	// PurposeEnrollmentName keys the names of Enrollments.
	PurposeEnrollmentName Purpose = "enrollment-name"
)

// purposes returns every purpose: keys exist for these only.
func purposes() []Purpose {
	return []Purpose{
		PurposeAccessToken, PurposeMarkName, PurposeCode, PurposeRefreshToken, PurposeGrant, PurposeLogin,
		PurposeLoginCookie, PurposeFlow, PurposeConsent, PurposeConsentName, PurposeSubjectLabel, PurposeRefreshTokenForm,
		PurposeKnownBrowser, PurposeDeviceCode, PurposeDeviceLink, PurposeApproval, PurposeApprovalName,
		PurposePushedRequest, PurposeDPoPNonce, PurposeRegistrationName, PurposeRegistrationToken, PurposeDerivedSecret,
		PurposeClientID, PurposeClientSecret, PurposeExchange,
		PurposeConnect,
		PurposePerson, PurposePersonName, PurposeUpstream, PurposeUpstreamSession,
		PurposeEnrollment, PurposeEnrollmentName,
	}
}
