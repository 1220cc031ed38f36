package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServerTokens are the defaults for tokens.
type ServerTokens struct {
	// accessToken are the defaults for access tokens.
	// +optional
	// +kubebuilder:default={format:JWT,lifetime:"15m"}
	AccessToken AccessTokenSettings `json:"accessToken,omitzero"`

	// refreshToken are the defaults for refresh tokens.
	// +optional
	// +kubebuilder:default={lifetime:"720h",idleLifetime:"168h",gracePeriod:"10s"}
	RefreshToken ServerRefreshTokenSettings `json:"refreshToken,omitzero"`

	// idToken are the defaults for ID tokens.
	// +optional
	// +kubebuilder:default={lifetime:"5m",algorithm:RS256,claims:Granted}
	IDToken IDTokenSettings `json:"idToken,omitzero"`

	// authorizationCode are the defaults for authorization codes.
	// +optional
	// +kubebuilder:default={lifetime:"60s"}
	AuthorizationCode AuthorizationCodeSettings `json:"authorizationCode,omitzero"`
}

// ServerRefreshTokenSettings are the defaults for refresh tokens.
type ServerRefreshTokenSettings struct {
	RefreshTokenSettings `json:",inline"`

	// gracePeriod is how long, after a refresh, the previous refresh token still
	// returns the same next token, so that a lost response does not lose the session:
	// between 0s and 10m. After that, using the previous token ends the whole
	// authorization. With retry UntilUsed it has no effect. Default: 10s.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('0s') && duration(self) <= duration('10m')",message="gracePeriod must be between 0s and 10m"
	GracePeriod *metav1.Duration `json:"gracePeriod,omitempty"`
}
