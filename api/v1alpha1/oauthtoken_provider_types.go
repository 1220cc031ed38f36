package v1alpha1

// TokenProvider is an authorization server: one that is known by name, or another.
//
// +kubebuilder:validation:XValidation:rule="has(self.preset) != has(self.custom)",message="set either preset or custom"
// +kubebuilder:validation:XValidation:rule="(has(self.preset) && self.preset == 'azure') == has(self.tenantID)",message="tenantID is needed exactly when preset is azure"
type TokenProvider struct {
	// preset is google, azure or github, whose endpoints the operator knows.
	// +optional
	Preset TokenProviderPreset `json:"preset,omitempty"`

	// tenantID is the tenant of azure: its UUID, one of its domains, organizations, or
	// common.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`
	TenantID string `json:"tenantID,omitempty"`

	// custom is any other provider.
	// +optional
	Custom *TokenCustomProvider `json:"custom,omitempty"`
}

// TokenCustomProvider says where a provider is: by its issuer, which publishes its
// endpoints, or by the endpoints.
//
// +kubebuilder:validation:XValidation:rule="has(self.issuer) != has(self.tokenEndpoint)",message="set either issuer or tokenEndpoint"
// +kubebuilder:validation:XValidation:rule="!has(self.issuer) || !has(self.authorizationEndpoint)",message="authorizationEndpoint cannot be combined with issuer, which publishes it"
// +kubebuilder:validation:XValidation:rule="!has(self.issuer) || !self.issuer.contains('?') && !self.issuer.contains('#')",message="issuer must not have a query or fragment (RFC 8414 section 2)"
// +kubebuilder:validation:XValidation:rule="(!has(self.tokenEndpoint) || !self.tokenEndpoint.contains('#')) && (!has(self.authorizationEndpoint) || !self.authorizationEndpoint.contains('#'))",message="an endpoint must not have a fragment (RFC 6749 section 3.1)"
// +kubebuilder:validation:XValidation:rule="!has(self.authorizationEndpoint) || self.authorizationEndpoint.matches('^[^?]*([?][A-Za-z0-9._~-]+=[^&;]*(&[A-Za-z0-9._~-]+=[^&;]*)*)?$')",message="the query of authorizationEndpoint must be name=value pairs with & between them, and names of letters, digits and . _ ~ -"
// +kubebuilder:validation:XValidation:rule="!has(self.authorizationEndpoint) || !self.authorizationEndpoint.matches('(?i)[?&](client_id|client_secret|response_type|response_mode|redirect_uri|state|scope|prompt|nonce|code_challenge|code_challenge_method|request|request_uri)=')",message="authorizationEndpoint must not have parameters that the authorization request has anyway"
type TokenCustomProvider struct {
	// issuer publishes metadata (RFC 8414, OpenID Connect Discovery 1.0), which the
	// operator reads. Metadata that cannot be read, or of another issuer, gives
	// TokenReady=False with reason ProviderNotUsable. Like the endpoints, its host must
	// have public addresses, unless the operator runs with --outbound-networks.
	// +optional
	Issuer WebURI `json:"issuer,omitempty"`

	// authorizationEndpoint is where people authorize (RFC 6749 section 3.1). One that is
	// http sends nobody away, unless the OAuthServer is http itself, for tests.
	// +optional
	AuthorizationEndpoint WebURI `json:"authorizationEndpoint,omitempty"`

	// tokenEndpoint is where tokens are got (RFC 6749 section 3.2).
	// +optional
	TokenEndpoint WebURI `json:"tokenEndpoint,omitempty"`
}

// TokenProviderPreset is a provider whose endpoints the operator knows.
//
// +kubebuilder:validation:Enum=google;azure;github
type TokenProviderPreset string

// Providers whose endpoints the operator knows.
const (
	TokenProviderGoogle TokenProviderPreset = "google"
	TokenProviderAzure  TokenProviderPreset = "azure"
	TokenProviderGitHub TokenProviderPreset = "github"
)

// TokenClientAuthentication is how a client authenticates at a provider's token endpoint.
//
// +kubebuilder:validation:Enum=client_secret_basic;client_secret_post;none
type TokenClientAuthentication string

// How a client authenticates at a provider's token endpoint.
const (
	TokenClientSecretBasic TokenClientAuthentication = "client_secret_basic"
	TokenClientSecretPost  TokenClientAuthentication = "client_secret_post"
	TokenClientNone        TokenClientAuthentication = "none"
)

// TokenGrant is how the first token is got.
//
// +kubebuilder:validation:Enum=client_credentials;authorization_code
type TokenGrant string

// How the first token is got.
const (
	TokenGrantClientCredentials TokenGrant = "client_credentials"
	TokenGrantAuthorizationCode TokenGrant = "authorization_code"
)

// TokenPKCE says whether an authorization request has a code challenge.
//
// +kubebuilder:validation:Enum=Required;Omit
type TokenPKCE string

// Whether an authorization request has a code challenge.
const (
	TokenPKCERequired TokenPKCE = "Required"
	TokenPKCEOmit     TokenPKCE = "Omit"
)

// TokenPrompt is what a provider is asked to show.
//
// +kubebuilder:validation:Enum=consent;login;select_account;Omit
type TokenPrompt string

// What a provider is asked to show.
const (
	TokenPromptConsent       TokenPrompt = "consent"
	TokenPromptLogin         TokenPrompt = "login"
	TokenPromptSelectAccount TokenPrompt = "select_account"
	TokenPromptOmit          TokenPrompt = "Omit"
)

// TokenParameter is the value of a parameter of a request.
//
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:Pattern=`^[^\p{C}]*$`
type TokenParameter string

// TokenAuthorizers are people, by user name or group. Whoever is in either may authorize.
//
// +kubebuilder:validation:XValidation:rule="has(self.users) && size(self.users) > 0 || has(self.groups) && size(self.groups) > 0",message="name users or groups; without authorizedBy nobody may authorize"
type TokenAuthorizers struct {
	// users by their username.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Users []string `json:"users,omitempty"`

	// groups whose members may authorize.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Groups []string `json:"groups,omitempty"`
}
