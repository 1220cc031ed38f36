package v1alpha1

// TokenSecret describes the Secret with the token.
type TokenSecret struct {
	// name of the Secret, in the OAuthToken's namespace. Default: "<name>-oauth-token".
	// When it changes, the token moves with it. A Secret of this name that is not the
	// OAuthToken's is never touched: TokenReady=False, reason SecretNotOwned.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name,omitempty"`

	// keys names the keys in the Secret's data.
	// +optional
	// +kubebuilder:default={accessToken:access_token}
	Keys TokenSecretKeys `json:"keys,omitzero"`

	// template adds keys, labels and annotations to the Secret, and gives it a type. Values
	// of the templates of data: .accessToken, .tokenType, .expiresAt (RFC 3339),
	// .clientID, .namespace, .name, and the list .scopes that were granted. They are
	// removed with the token. A template that is wrong, a key that secret.keys uses, and a
	// result beyond 64 KiB: TokenReady=False, reason TemplateRefused; the Secret is left as
	// it is until its token expires.
	// +optional
	Template *SecretTemplate `json:"template,omitempty"`
}

// TokenSecretKeys names the keys in the data of the Secret. One without a name is not
// written, except the access token.
//
// +kubebuilder:validation:XValidation:rule="(!has(self.tokenType) || self.tokenType != self.accessToken) && (!has(self.expiresAt) || self.expiresAt != self.accessToken && (!has(self.tokenType) || self.expiresAt != self.tokenType)) && (!has(self.scope) || self.scope != self.accessToken && (!has(self.tokenType) || self.scope != self.tokenType) && (!has(self.expiresAt) || self.scope != self.expiresAt))",message="two keys have the same name"
type TokenSecretKeys struct {
	// accessToken is the key of the access token. Default: access_token.
	// +optional
	// +kubebuilder:default=access_token
	AccessToken SecretKey `json:"accessToken,omitempty"`

	// tokenType is the key of the token type, such as Bearer.
	// +optional
	TokenType SecretKey `json:"tokenType,omitempty"`

	// expiresAt is the key of when the token expires, in the format of RFC 3339.
	// +optional
	ExpiresAt SecretKey `json:"expiresAt,omitempty"`

	// scope is the key of the granted scopes, separated by spaces.
	// +optional
	Scope SecretKey `json:"scope,omitempty"`
}

// TokenOnExpiry is what happens to a token that expired.
//
// +kubebuilder:validation:Enum=Remove;Keep
type TokenOnExpiry string

// What happens to a token that expired.
const (
	TokenOnExpiryRemove TokenOnExpiry = "Remove"
	TokenOnExpiryKeep   TokenOnExpiry = "Keep"
)

// TokenSecretName returns the name of the Secret with the token: spec.secret.name, or the
// OAuthToken's name with "-oauth-token" behind it.
func (t *OAuthToken) TokenSecretName() string {
	if t.Spec.Secret.Name != "" {
		return t.Spec.Secret.Name
	}
	return t.Name + "-oauth-token"
}

// StateSecretName returns the name of the Secret in which the operator keeps what it needs
// to replace the token, above all the refresh token.
func (t *OAuthToken) StateSecretName() string { return t.Name + "-oauth-state" }
