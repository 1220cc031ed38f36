package v1alpha1

// OIDCProvider is an OpenID provider.
type OIDCProvider struct {
	// issuer is the iss of its ID tokens; its metadata is at /.well-known/openid-configuration
	// below it (OpenID Connect Discovery 1.0). Immutable, because another issuer can give the ID
	// of one user to another. Its host must have public addresses, or be in
	// OAuthServer.spec.outbound.networks. A URI that cannot be an issuer gives Accepted=False with
	// reason IssuerNotUsable; metadata that cannot be read, or belongs to another issuer, gives
	// Reachable=False.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="issuer cannot be changed, because another issuer can give the ID of one user to another; create another OAuthIdentityProvider instead"
	Issuer WebURI `json:"issuer"`

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

	// scopes are the scopes that the server requests in addition to openid. Default: profile,
	// email, and offline_access if the provider lists it.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	// +kubebuilder:validation:items:Pattern=`^[\x21\x23-\x5B\x5D-\x7E]+$`
	Scopes []string `json:"scopes,omitempty"`

	// parameters are sent with each authorization request, such as prompt, hd, access_type or
	// domain_hint. Parameters that the request already has are refused.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(p, p.matches('^[A-Za-z0-9._-]{1,64}$'))",message="the name of a parameter has letters, digits and . _ -, and 64 characters at most"
	// +kubebuilder:validation:XValidation:rule="self.all(p, !(p.lowerAscii() in ['client_id','client_secret','response_type','response_mode','redirect_uri','state','scope','nonce','code_challenge','code_challenge_method','request','request_uri']))",message="parameters cannot replace those that the authorization request has anyway"
	Parameters map[string]TokenParameter `json:"parameters,omitempty"`

	// userInfo is Auto (the default) or Never. With Auto, the server also asks the UserInfo
	// endpoint, if the provider has one and the ID token lacks the username, the e-mail address or
	// the groups.
	// +optional
	// +kubebuilder:default=Auto
	UserInfo ProviderUserInfo `json:"userInfo,omitempty"`
}

// ProviderUserInfo says whether the UserInfo endpoint of a provider is asked.
//
// +kubebuilder:validation:Enum=Auto;Never
type ProviderUserInfo string

// Whether the UserInfo endpoint of a provider is asked.
const (
	UserInfoAuto  ProviderUserInfo = "Auto"
	UserInfoNever ProviderUserInfo = "Never"
)

// ProviderSecretReference names a value in a Secret of the provider's namespace.
type ProviderSecretReference struct {
	// name of the Secret, which the operator only reads. A Secret that does not exist
	// gives CredentialsReady=False with reason SecretNotFound.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`

	// key in the Secret's data, with up to 4,096 bytes of UTF-8; a final line break is ignored.
	// Default: client-secret, or password for a directory. A missing key gives
	// CredentialsReady=False with reason SecretNotFound, a value that cannot be used
	// SecretRefused.
	// +optional
	Key SecretKey `json:"key,omitempty"`
}

// IdentityClaims says which of the claims of a provider about a user are used. The ID of a user is
// always the sub of the ID token, the id of oauth2.profile or the attribute ldap.users.id.
type IdentityClaims struct {
	// username is the claim that has the username. Default: preferred_username, then email if it
	// is verified, then the ID of the user. email counts only if it is verified, even if it is
	// named here. With oauth2 and ldap, the username of the profile or the entry is used.
	// +optional
	Username ClaimName `json:"username,omitempty"`

	// emailVerified is Claim (the default) or Trust. With Claim, an e-mail address counts as
	// verified only if email_verified says so. With Trust it always does: for a provider that
	// verifies all addresses and does not say so, such as one tenant of Microsoft Entra ID, or a
	// directory.
	// +optional
	// +kubebuilder:default=Claim
	EmailVerified ProviderEmail `json:"emailVerified,omitempty"`

	// groups says which groups are taken over. Default: none.
	// +optional
	Groups *IdentityGroups `json:"groups,omitempty"`
}

// ProviderEmail says when an e-mail address of a provider counts as verified.
//
// +kubebuilder:validation:Enum=Claim;Trust
type ProviderEmail string

// When an e-mail address of a provider counts as verified.
const (
	EmailVerifiedClaim ProviderEmail = "Claim"
	EmailVerifiedTrust ProviderEmail = "Trust"
)

// IdentityGroups says which groups of a user are taken over.
type IdentityGroups struct {
	// from is the claim that has the groups, a list of strings or one string. Default: groups.
	// With GitHub, these are the organizations, such as acme, and the teams, such as
	// acme/platform, in lower case; with ldap, the groups that ldap.groups finds.
	// +optional
	From ClaimName `json:"from,omitempty"`

	// prefix is put before each group, so that no provider can give its users the groups of
	// another. Default: the name of the provider and a colon, such as corp:. An empty string is no
	// prefix.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]*$`
	Prefix *string `json:"prefix,omitempty"`

	// allow lists the groups that are taken over, named as the provider names them; one * in a
	// name stands for any text. Others are left out. At most 128 groups of a user are taken over,
	// the first ones in alphabetical order.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	Allow []string `json:"allow"`
}
