package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ClientTokens overrides the OAuthServer's defaults for one client.
type ClientTokens struct {
	// accessToken overrides the defaults for access tokens.
	// +optional
	AccessToken AccessTokenSettings `json:"accessToken,omitzero"`

	// refreshToken overrides the defaults for refresh tokens.
	// +optional
	RefreshToken RefreshTokenSettings `json:"refreshToken,omitzero"`

	// idToken overrides the defaults for ID tokens.
	// +optional
	IDToken IDTokenSettings `json:"idToken,omitzero"`

	// authorizationCode overrides the defaults for authorization codes.
	// +optional
	AuthorizationCode AuthorizationCodeSettings `json:"authorizationCode,omitzero"`
}

// AccessTokenSettings shapes access tokens.
type AccessTokenSettings struct {
	// format is JWT (RFC 9068; resource servers verify it by themselves) or Opaque
	// (resource servers introspect it). Default: the OAuthServer's, otherwise JWT.
	// +optional
	Format AccessTokenFormat `json:"format,omitempty"`

	// lifetime of an access token, between 1s and 24h, in whole seconds (expires_in has
	// no others), such as 15m or 1h30m. Default: the OAuthServer's, otherwise 15m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="lifetime must be between 1s and 24h"
	Lifetime *metav1.Duration `json:"lifetime,omitempty"`

	// binding is which proof a token request must have, and what its access token is then
	// bound to, so that others cannot use it: IfProved, none, and a token request with a
	// DPoP proof (RFC 9449) or a client certificate (RFC 8705) gets a token that is bound
	// to the key of the proof or, without one, to the certificate; DPoP, a DPoP proof;
	// Certificate, a client certificate; or Required, one of the two. A token request without the proof is answered with invalid_dpop_proof or
	// invalid_request. Default: the OAuthServer's, otherwise IfProved. An
	// OAuthClientPolicy with require.binding can make it stricter.
	// +optional
	Binding AccessTokenBinding `json:"binding,omitempty"`
}

// AccessTokenBinding is which proof a token request must have.
//
// +kubebuilder:validation:Enum=IfProved;DPoP;Certificate;Required
type AccessTokenBinding string

// What access tokens are bound to.
const (
	AccessTokenBindingIfProved    AccessTokenBinding = "IfProved"
	AccessTokenBindingDPoP        AccessTokenBinding = "DPoP"
	AccessTokenBindingCertificate AccessTokenBinding = "Certificate"
	AccessTokenBindingRequired    AccessTokenBinding = "Required"
)

// AccessTokenFormat is the form of an access token.
//
// +kubebuilder:validation:Enum=JWT;Opaque
type AccessTokenFormat string

// Access token formats.
const (
	AccessTokenJWT    AccessTokenFormat = "JWT"
	AccessTokenOpaque AccessTokenFormat = "Opaque"
)

// RefreshTokenSettings shapes refresh tokens.
type RefreshTokenSettings struct {
	// lifetime is how long a user's authorization lasts, however often it is refreshed:
	// between 1s and 87600h, such as 720h. Default: the OAuthServer's, otherwise 720h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('87600h')",message="lifetime must be between 1s and 87600h"
	Lifetime *metav1.Duration `json:"lifetime,omitempty"`

	// idleLifetime is how long a refresh token can stay unused: between 1s and 87600h,
	// such as 168h. Default: the OAuthServer's, otherwise 168h.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('87600h')",message="idleLifetime must be between 1s and 87600h"
	IdleLifetime *metav1.Duration `json:"idleLifetime,omitempty"`

	// retry is how long a client that has lost the response of a refresh can repeat it
	// with the previous refresh token, which then returns the same next token again:
	// GracePeriod, for tokens.refreshToken.gracePeriod of the OAuthServer; or UntilUsed,
	// until the next token has been used for a refresh, however long that takes. A token
	// that is presented later ends the whole authorization. UntilUsed is for clients that
	// are offline for long, or that refresh in several places at once; a stolen refresh
	// token is noticed one refresh later. Default: the OAuthServer's, otherwise GracePeriod.
	// +optional
	Retry RefreshTokenRetry `json:"retry,omitempty"`
}

// RefreshTokenRetry is how long the previous refresh token can be used again.
//
// +kubebuilder:validation:Enum=GracePeriod;UntilUsed
type RefreshTokenRetry string

// How long the previous refresh token can be used again.
const (
	RefreshTokenRetryGracePeriod RefreshTokenRetry = "GracePeriod"
	RefreshTokenRetryUntilUsed   RefreshTokenRetry = "UntilUsed"
)

// IDTokenSettings shapes ID tokens.
type IDTokenSettings struct {
	// lifetime of an ID token: between 1s and 24h, such as 5m. Default: the
	// OAuthServer's, otherwise 5m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="lifetime must be between 1s and 24h"
	Lifetime *metav1.Duration `json:"lifetime,omitempty"`

	// algorithm that signs ID tokens and logout tokens: RS256, which all OpenID Connect
	// software supports, or ES256, whose signatures are shorter and cheaper. Default:
	// the OAuthServer's, otherwise RS256. Access tokens are signed with
	// OAuthServer.spec.keys.algorithm.
	// +optional
	Algorithm IDTokenAlgorithm `json:"algorithm,omitempty"`

	// claims is which claims about the user ID tokens contain: Granted, all that the
	// granted scopes cover, because much software reads nothing else; or Requested,
	// only those that the part id_token of the parameter claims of the authorization
	// request asks for (OpenID Connect Core 1.0 section 5.5), which keeps ID tokens
	// small. They always contain sub, and userinfo always returns everything that was
	// granted. Default: the OAuthServer's, otherwise Granted.
	// +optional
	Claims IDTokenClaims `json:"claims,omitempty"`
}

// IDTokenClaims is which claims about the user ID tokens contain.
//
// +kubebuilder:validation:Enum=Granted;Requested
type IDTokenClaims string

// What ID tokens contain.
const (
	IDTokenGranted   IDTokenClaims = "Granted"
	IDTokenRequested IDTokenClaims = "Requested"
)

// IDTokenAlgorithm is a JWS algorithm as registered (RFC 7518 section 3.1).
//
// +kubebuilder:validation:Enum=RS256;ES256
type IDTokenAlgorithm string

// Algorithms of ID tokens.
const (
	IDTokenRS256 IDTokenAlgorithm = "RS256"
	IDTokenES256 IDTokenAlgorithm = "ES256"
)

// AuthorizationCodeSettings shapes authorization codes.
type AuthorizationCodeSettings struct {
	// lifetime of an authorization code: between 1s and 10m (RFC 6749 section
	// 4.1.2). Default: 60s.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('10m')",message="lifetime must be between 1s and 10m"
	Lifetime *metav1.Duration `json:"lifetime,omitempty"`
}
