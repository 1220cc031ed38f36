package v1alpha1

// OAuth2Provider is an OAuth 2.0 server that returns a profile of the user.
//
// +kubebuilder:validation:XValidation:rule="has(self.preset) != has(self.custom)",message="set either preset or custom"
// +kubebuilder:validation:XValidation:rule="!has(self.github) || has(self.preset)",message="github needs preset: github"
// +kubebuilder:validation:XValidation:rule="has(self.preset) == has(oldSelf.preset) && (has(self.github) && has(self.github.server) ? self.github.server : 'none') == (has(oldSelf.github) && has(oldSelf.github.server) ? oldSelf.github.server : 'none')",message="preset and github.server cannot be changed, because another server can give the ID of one user to another; create another OAuthIdentityProvider instead"
type OAuth2Provider struct {
	// preset is a server whose endpoints and profile are known: github.
	// +optional
	Preset OAuth2ProviderPreset `json:"preset,omitempty"`

	// github is for preset github.
	// +optional
	GitHub *GitHubProvider `json:"github,omitempty"`

	// custom is any other server.
	// +optional
	Custom *OAuth2CustomProvider `json:"custom,omitempty"`

	// clientID is the ID of the client that is registered there, with the redirect URI in
	// status.redirectURI.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[\x20-\x7E]+$`
	ClientID string `json:"clientID"`

	// clientSecretRef names the client secret. Default: the client has none.
	// +optional
	ClientSecretRef *ProviderSecretReference `json:"clientSecretRef,omitempty"`

	// clientAuthentication is how the client authenticates at the token endpoint. Default:
	// client_secret_basic with a secret, none without.
	// +optional
	ClientAuthentication TokenClientAuthentication `json:"clientAuthentication,omitempty"`

	// scopes are the scopes that the server requests. Default: those that the preset needs, none
	// with custom.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	// +kubebuilder:validation:items:Pattern=`^[\x21\x23-\x5B\x5D-\x7E]+$`
	Scopes []string `json:"scopes,omitempty"`

	// parameters are sent with each authorization request. Parameters that the request already has
	// are refused.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(p, p.matches('^[A-Za-z0-9._-]{1,64}$'))",message="the name of a parameter has letters, digits and . _ -, and 64 characters at most"
	// +kubebuilder:validation:XValidation:rule="self.all(p, !(p.lowerAscii() in ['client_id','client_secret','response_type','response_mode','redirect_uri','state','scope','nonce','code_challenge','code_challenge_method','request','request_uri']))",message="parameters cannot replace those that the authorization request has anyway"
	Parameters map[string]TokenParameter `json:"parameters,omitempty"`
}

// OAuth2ProviderPreset is an OAuth 2.0 server whose endpoints and profile are known.
//
// +kubebuilder:validation:Enum=github
type OAuth2ProviderPreset string

// OAuth2ProviderGitHub is GitHub.
const OAuth2ProviderGitHub OAuth2ProviderPreset = "github"

// GitHubProvider is GitHub, or a GitHub Enterprise Server.
type GitHubProvider struct {
	// server is the URL of a GitHub Enterprise Server. Default: github.com.
	// +optional
	Server WebURI `json:"server,omitempty"`
}

// OAuth2CustomProvider says where an OAuth 2.0 server is and what its profile looks like.
type OAuth2CustomProvider struct {
	// authorizationEndpoint is where users sign in (RFC 6749 section 3.1).
	// +required
	AuthorizationEndpoint WebURI `json:"authorizationEndpoint"`

	// tokenEndpoint is where codes are redeemed (RFC 6749 section 3.2).
	// +required
	TokenEndpoint WebURI `json:"tokenEndpoint"`

	// profile says where the profile of a user is.
	// +required
	Profile OAuth2Profile `json:"profile"`
}

// OAuth2Profile says where the profile of a user is and what it looks like.
type OAuth2Profile struct {
	// url is the address of the profile: it returns a JSON object of up to 64 KiB for the access
	// token of a user, sent as Bearer (RFC 6750).
	// +required
	URL WebURI `json:"url"`

	// id is where the profile has the ID of the user, which never changes and is never
	// given to another user. Immutable.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="id cannot be changed, because subjects are made of it; create another OAuthIdentityProvider instead"
	ID JSONPointer `json:"id"`

	// username is where it has the username. Default: the ID.
	// +optional
	Username JSONPointer `json:"username,omitempty"`

	// displayName is where it has the full name.
	// +optional
	DisplayName JSONPointer `json:"displayName,omitempty"`

	// email is where it has the e-mail address.
	// +optional
	Email JSONPointer `json:"email,omitempty"`

	// emailVerified is where it says, as true or false, whether the address is verified.
	// +optional
	EmailVerified JSONPointer `json:"emailVerified,omitempty"`

	// groups is where it has the groups, a list of strings.
	// +optional
	Groups JSONPointer `json:"groups,omitempty"`
}

// JSONPointer names a value in a JSON document (RFC 6901), such as /data/id.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:Pattern=`^(/([^/~]|~[01])*)+$`
type JSONPointer string
