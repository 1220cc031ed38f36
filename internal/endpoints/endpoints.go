package endpoints

// Paths below the issuer.
const (
	Authorization = "/authorize"
	Token         = "/token"
	Introspection = "/introspect"
	Revocation    = "/revoke"
	Userinfo      = "/userinfo"
	EndSession    = "/logout"
	// DeviceAuthorization is where a device begins (RFC 8628 section 3.1).
	DeviceAuthorization = "/device_authorization"
	JWKS                = "/jwks"
	// Registration is the client registration endpoint (RFC 7591 section 3).
	Registration = "/register"
	// PushedAuthorization is the pushed authorization request endpoint (RFC 9126).
	PushedAuthorization = "/par"

	// Resources begins the paths of the metadata of protected resources (RFC 9728).
	Resources = "/resources/"
	// ProtectedResource is inserted between the host of a protected resource and its path
	// (RFC 9728 section 3.1).
	ProtectedResource = "/.well-known/oauth-protected-resource"

	// Gate begins the paths at which proxies ask whether a request may pass.
	Gate = "/gate/"

	// Connect begins the paths of the pages at which people authorize OAuthTokens; the namespace
	// and the name follow, and Callback for where their providers send them back to.
	Connect  = "/connect/"
	Callback = "/callback"

	// Login, Consent, Account and Device are pages for people.
	Login   = "/login"
	Consent = "/consent"
	Account = "/account"
	Device  = "/device"
	// Factor is the page that asks for a second factor, Security the one at which users add
	// and remove theirs, Password the one at which they set a password.
	Factor   = "/login/factor"
	Security = "/account/security"
	Password = "/account/password"
	// Applications is the start page.
	Applications = "/applications"

	// OpenIDConfiguration is appended to the issuer (OpenID Connect Discovery 1.0
	// section 4).
	OpenIDConfiguration = "/.well-known/openid-configuration"
	// AuthorizationServer is inserted between the issuer's host and its path
	// (RFC 8414 section 3).
	AuthorizationServer = "/.well-known/oauth-authorization-server"
)
