package v1alpha1

// ServerReference names an OAuthServer.
type ServerReference struct {
	// name of the OAuthServer.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// namespace of the OAuthServer. Default: the namespace of the referrer.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`
}

// GrantType is an OAuth grant type as registered.
//
// +kubebuilder:validation:Enum=authorization_code;refresh_token;client_credentials;urn:ietf:params:oauth:grant-type:device_code;urn:ietf:params:oauth:grant-type:token-exchange
type GrantType string

// Grant types (RFC 6749, RFC 8628, RFC 8693).
const (
	GrantAuthorizationCode GrantType = "authorization_code"
	GrantRefreshToken      GrantType = "refresh_token"
	GrantClientCredentials GrantType = "client_credentials"
	GrantDeviceCode        GrantType = "urn:ietf:params:oauth:grant-type:device_code"
	GrantTokenExchange     GrantType = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// Scope is a scope token (RFC 6749 section 3.3).
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:Pattern=`^[\x21\x23-\x5B\x5D-\x7E]+$`
type Scope string

// Audience is the name of a resource server as it appears in a token's aud.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
// +kubebuilder:validation:Pattern=`^[\x21-\x7E]+$`
type Audience string

// WebURI is a page that users may open: https, or http on a loopback address.
//
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="self.matches('^(https://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))\\\\])|http://(localhost|127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]))(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?([/?#][!-~]*)?$')",message="must be an https URI, or http on localhost, 127.0.0.1 or [::1], without user information"
// +kubebuilder:validation:XValidation:rule="!self.matches('%([^0-9A-Fa-f]|$|[0-9A-Fa-f]([^0-9A-Fa-f]|$))')",message="a percent sign must begin a percent-encoded octet such as %20 (RFC 3986 section 2.1)"
type WebURI string

// RedirectURI is a redirection endpoint (RFC 6749 section 3.1.2).
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="!self.contains('#')",message="a redirect URI must not have a fragment (RFC 6749 section 3.1.2)"
// +kubebuilder:validation:XValidation:rule="!self.contains('*')",message="a redirect URI must not have a wildcard; list each URI"
// +kubebuilder:validation:XValidation:rule="!self.matches('^[A-Za-z][A-Za-z0-9+.-]*://[^/?]*@')",message="a redirect URI must not carry user information"
// +kubebuilder:validation:XValidation:rule="self.matches('^[!-~]+$') && !self.contains('\\\\') && !self.contains('\"') && !self.contains('<') && !self.contains('>')",message="a redirect URI must be printable ASCII without spaces, quotes, backslashes and angle brackets; percent-encode them"
// +kubebuilder:validation:XValidation:rule="self.matches('^(https://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))\\\\])|http://(localhost|127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]))(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?([/?].*)?$') || self.matches('^[a-z][a-z0-9+-]*(\\\\.[a-z0-9+-]+)+:(/[^/]|[^/0-9])') || self.matches('^[a-z][a-z0-9+-]*(\\\\.[a-z0-9+-]+)+://[^@]') || (self.matches('^[a-z][a-z0-9+-]+:/(/?[^/@]|//)') && !self.matches('^(about|afp|android-app|app-settings|blob|brave|callto|chrome|cid|content|data|dict|edge|facetime|feed|file|filesystem|firefox|ftp|ftps|geo|git|gopher|hcp|help|http|https|intent|irc|its|jar|javascript|ldap|ldaps|livescript|localhost|magnet|mailto|maps|market|mhtml|mid|mk|mms|mmsto|mocha|news|nfs|nntp|opera|package|prefs|rdp|res|resource|rtsp|search|sftp|shell|sip|sips|smb|sms|smsto|ssh|tel|telnet|telprompt|urn|vbscript|view-source|vnc|webcal|ws|wss|wyciwyg|(chrome-|facetime-|git[+]|googlechrome|itms|microsoft-|moz-|ms-|safari-|search-|web[+]|x-apple-|x-man-)[a-z0-9+-]*):'))",message="a redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or use a private scheme such as com.example.app:/callback (RFC 8252 section 7)"
// +kubebuilder:validation:XValidation:rule="!self.matches('%([^0-9A-Fa-f]|$|[0-9A-Fa-f]([^0-9A-Fa-f]|$))')",message="a percent sign must begin a percent-encoded octet such as %20 (RFC 3986 section 2.1)"
type RedirectURI string
