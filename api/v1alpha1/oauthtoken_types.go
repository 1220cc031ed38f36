package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthToken keeps a valid access token in a Secret: of a server of Grantor or of any other
// provider. The operator requests it, with client_credentials or after a person has allowed
// it, and replaces it before it expires.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oat,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Secret",type=string,JSONPath=`.status.secretName`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.status.expiresAt`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Provider",type=string,priority=1,JSONPath=`.status.provider.host`
// +kubebuilder:printcolumn:name="Next",type=string,priority=1,JSONPath=`.status.nextRefresh`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 200",message="metadata.name must have at most 200 characters, so that the names made from it fit"
type OAuthToken struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the token.
	// +required
	Spec OAuthTokenSpec `json:"spec"`

	// status is what the operator reports. It says nothing secret.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthTokenStatus `json:"status,omitzero"`
}

// OAuthTokenList is a list of OAuthTokens.
//
// +kubebuilder:object:root=true
type OAuthTokenList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthToken `json:"items"`
}

// OAuthTokenSpec describes an access token and where it comes from.
//
// +kubebuilder:validation:XValidation:rule="has(self.clientRef) != has(self.provider)",message="set either clientRef, for an OAuthClient of this namespace, or provider with clientID"
// +kubebuilder:validation:XValidation:rule="has(self.provider) == has(self.clientID)",message="clientID is needed exactly when provider is set; an OAuthClient brings its own"
// +kubebuilder:validation:XValidation:rule="!has(self.clientRef) || !has(self.clientSecretRef)",message="clientSecretRef cannot be combined with clientRef; the OAuthClient has a Secret already"
// +kubebuilder:validation:XValidation:rule="!has(self.clientRef) || !has(self.clientAuthentication)",message="clientAuthentication cannot be combined with clientRef; the OAuthClient says how it authenticates"
// +kubebuilder:validation:XValidation:rule="!has(self.provider) || has(self.clientSecretRef) != (has(self.clientAuthentication) && self.clientAuthentication == 'none')",message="clientSecretRef is needed unless clientAuthentication is none, and not allowed then"
// +kubebuilder:validation:XValidation:rule="self.grant == 'authorization_code' || !has(self.authorizedBy)",message="authorizedBy is for the grant authorization_code; nobody authorizes client_credentials"
// +kubebuilder:validation:XValidation:rule="self.grant == 'authorization_code' || !has(self.prompt)",message="prompt is for the grant authorization_code"
// +kubebuilder:validation:XValidation:rule="self.grant == 'authorization_code' || !has(self.pkce)",message="pkce is for the grant authorization_code"
// +kubebuilder:validation:XValidation:rule="self.grant == 'authorization_code' || !has(self.parameters)",message="parameters are those of the authorization request; use tokenParameters"
// +kubebuilder:validation:XValidation:rule="self.grant == 'authorization_code' || !has(self.serverRef)",message="serverRef is for the grant authorization_code; it names the server at which people authorize"
// +kubebuilder:validation:XValidation:rule="self.grant != 'client_credentials' || !has(self.clientAuthentication) || self.clientAuthentication != 'none'",message="client_credentials needs a client that authenticates (RFC 6749 section 4.4)"
// +kubebuilder:validation:XValidation:rule="!has(self.provider) || self.grant != 'client_credentials' || !has(self.provider.preset) || self.provider.preset == 'azure'",message="google and github issue no tokens for client_credentials; use authorization_code"
// +kubebuilder:validation:XValidation:rule="self.grant != 'authorization_code' || !has(self.provider) || !has(self.provider.custom) || has(self.provider.custom.issuer) || has(self.provider.custom.authorizationEndpoint)",message="authorization_code needs provider.custom.authorizationEndpoint, or an issuer that publishes it"
// +kubebuilder:validation:XValidation:rule="!has(self.parameters) || self.parameters.all(p, !(p.lowerAscii() in ['client_id','client_secret','response_type','response_mode','redirect_uri','state','scope','prompt','nonce','code_challenge','code_challenge_method','request','request_uri']))",message="parameters cannot replace those that the authorization request has anyway"
// +kubebuilder:validation:XValidation:rule="!has(self.tokenParameters) || self.tokenParameters.all(p, !(p.lowerAscii() in ['grant_type','client_id','client_secret','client_assertion','client_assertion_type','code','code_verifier','redirect_uri','refresh_token','scope','username','password','assertion']))",message="tokenParameters cannot replace those that the token request has anyway"
// +kubebuilder:validation:XValidation:rule="has(self.secret) && has(self.secret.template) && has(self.secret.template.type) ? (has(oldSelf.secret) && has(oldSelf.secret.template) && has(oldSelf.secret.template.type) ? self.secret.template.type == oldSelf.secret.template.type : self.secret.template.type == 'Opaque') : !(has(oldSelf.secret) && has(oldSelf.secret.template) && has(oldSelf.secret.template.type)) || oldSelf.secret.template.type == 'Opaque'",message="secret.template.type cannot be changed, set or removed later; create another OAuthToken instead"
type OAuthTokenSpec struct {
	// clientRef is an OAuthClient of this namespace. Its Secret authenticates, and its
	// server is asked, inside the cluster where it can be. One that does not exist, is not
	// Ready, or may not use the grant, gives TokenReady=False with reason ClientNotFound or
	// ClientNotUsable. Set either this or provider.
	// +optional
	ClientRef *TokenClientReference `json:"clientRef,omitempty"`

	// provider is another authorization server.
	// +optional
	Provider *TokenProvider `json:"provider,omitempty"`

	// clientID is the client ID at the provider.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[\x20-\x7E]+$`
	ClientID string `json:"clientID,omitempty"`

	// clientSecretRef is the client secret at the provider. Until there is one:
	// TokenReady=False, reason ClientSecretNotFound.
	// +optional
	ClientSecretRef *TokenSecretReference `json:"clientSecretRef,omitempty"`

	// clientAuthentication is how the client authenticates at the provider's token
	// endpoint: client_secret_basic, client_secret_post, or none for a public client.
	// Default: client_secret_post for a preset, client_secret_basic otherwise.
	// +optional
	ClientAuthentication TokenClientAuthentication `json:"clientAuthentication,omitempty"`

	// grant is how the first token is got: client_credentials, or authorization_code after
	// a person opened status.authorizeURL. Another grant needs another authorization.
	// +required
	Grant TokenGrant `json:"grant"`

	// scopes that are asked for. Default: none, which lets the provider choose. Others
	// need another authorization.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	// +kubebuilder:validation:items:Pattern=`^[\x21\x23-\x5B\x5D-\x7E]+$`
	Scopes []string `json:"scopes,omitempty"`

	// pkce is Required if the authorization request has a code challenge of the method
	// S256 (RFC 7636), or Omit for a provider that refuses requests with one. Default:
	// Required.
	// +optional
	PKCE TokenPKCE `json:"pkce,omitempty"`

	// prompt is what the authorization request asks the provider to show (OpenID Connect
	// Core 1.0 section 3.1.2.1): consent, login, select_account, or Omit for a provider or
	// a tenant at which only administrators consent. Some providers issue a refresh token
	// only with consent. Default: consent, and none at github, which knows no prompt.
	// +optional
	Prompt TokenPrompt `json:"prompt,omitempty"`

	// parameters are more parameters of the authorization request, such as access_type:
	// offline for google. Who authorizes sees them. Others need another authorization.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(p, p.matches('^[A-Za-z0-9._-]{1,64}$'))",message="the name of a parameter has letters, digits and . _ -, and 64 characters at most"
	Parameters map[string]TokenParameter `json:"parameters,omitempty"`

	// tokenParameters are more parameters of every token request, such as audience or
	// resource (RFC 8707).
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(p, p.matches('^[A-Za-z0-9._-]{1,64}$'))",message="the name of a parameter has letters, digits and . _ -, and 64 characters at most"
	TokenParameters map[string]TokenParameter `json:"tokenParameters,omitempty"`

	// authorizedBy are those who may open status.authorizeURL: users of the server at
	// which they sign in. Default: nobody. Who may write this object is not asked.
	// +optional
	AuthorizedBy *TokenAuthorizers `json:"authorizedBy,omitempty"`

	// serverRef names the OAuthServer whose users authorize. Default: that of clientRef, and
	// otherwise the OAuthServer that is marked spec.default. One that does not exist gives
	// Authorized=False with reason ServerNotFound, no default server NoDefaultServer, and a
	// server that does not take clients from this namespace NamespaceNotAllowed.
	// +optional
	ServerRef *ServerReference `json:"serverRef,omitempty"`

	// secret is the Secret with the token.
	// +optional
	// +kubebuilder:default={keys:{accessToken:access_token}}
	Secret TokenSecret `json:"secret,omitzero"`

	// onExpiry is what happens to a token that expired and could not be replaced: Remove
	// takes it out of the Secret, so that no pod sends it, and Keep leaves it. Default:
	// Remove.
	// +optional
	// +kubebuilder:default=Remove
	OnExpiry TokenOnExpiry `json:"onExpiry,omitempty"`
}

// TokenClientReference names an OAuthClient of the same namespace.
type TokenClientReference struct {
	// name of the OAuthClient.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// TokenSecretReference names a value in a Secret of the same namespace.
type TokenSecretReference struct {
	// name of the Secret, which is in the OAuthToken's namespace. A Secret of a type of
	// Kubernetes other than Opaque and kubernetes.io/basic-auth, with the keys or
	// passwords of an OAuthServer, or with the tokens of an OAuthToken: TokenReady=False,
	// reason ClientSecretRefused.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`

	// key in the Secret's data. Its value has at most 4096 characters of printable ASCII
	// without spaces; any other gives reason ClientSecretRefused.
	// +required
	Key SecretKey `json:"key"`
}
