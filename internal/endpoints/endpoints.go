package endpoints

// Paths below the issuer.
const (
	Authorization = "/authorize"
	Token         = "/token"
	Introspection = "/introspect"
	Revocation    = "/revoke"
	Userinfo      = "/userinfo"
	EndSession    = "/logout"
	JWKS          = "/jwks"

	// Login, Consent and Account are pages for people.
	Login   = "/login"
	Consent = "/consent"
	Account = "/account"

	// OpenIDConfiguration is appended to the issuer (OpenID Connect Discovery 1.0
	// section 4).
	OpenIDConfiguration = "/.well-known/openid-configuration"
	// AuthorizationServer is inserted between the issuer's host and its path
	// (RFC 8414 section 3).
	AuthorizationServer = "/.well-known/oauth-authorization-server"
)
