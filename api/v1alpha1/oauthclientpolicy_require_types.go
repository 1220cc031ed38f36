package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// PolicyRequirements are what clients must have.
type PolicyRequirements struct {
	// profile is a set of requirements that a specification names. With FAPI2, the FAPI 2.0
	// Security Profile, a client must authenticate with a key or a certificate of its own,
	// push its requests, use PKCE and get tokens that are bound to a key; settings of the
	// OAuthServer and of policies count as the client's own. A client that lacks something
	// gets Accepted=False with reason ProfileRequired, and the message has a sentence for
	// each thing. Assertions of these clients must name the issuer, and nothing else, as
	// their audience. Other values are refused.
	// +optional
	Profile SecurityProfile `json:"profile,omitempty"`

	// pkce requires a code_challenge of clients that sign users in: pkce: Auto then
	// means Required, at once, and Optional gives Accepted=False with reason
	// PKCERequired.
	// +optional
	PKCE bool `json:"pkce,omitempty"`

	// pushedAuthorization makes the server accept authorization requests only if they were
	// pushed (RFC 9126), as if every client had pushedAuthorization: Required. Other
	// authorization requests are answered with invalid_request, at once; no client is
	// refused because of it.
	// +optional
	PushedAuthorization bool `json:"pushedAuthorization,omitempty"`

	// signedRequests requires that clients sign their authorization requests (RFC 9101), as
	// if every client had signedRequests: Required. Others are answered with
	// invalid_request, at once. A client that signs users in and has no keys for it gets
	// Accepted=False with reason SignedRequestsRequired.
	// +optional
	SignedRequests bool `json:"signedRequests,omitempty"`

	// exactMethod makes the server accept a client secret only as authentication.method
	// says, as if every client had authentication.exactMethod. The other way is
	// answered with invalid_client, at once; no client is refused because of it.
	// +optional
	ExactMethod bool `json:"exactMethod,omitempty"`

	// typedUserCode makes users type the codes of devices (RFC 8628), as if every client
	// had deviceAuthorization.completeURI: Omit. It applies at once, to devices that ask
	// from then on; no client is refused because of it. To forbid devices, leave
	// urn:ietf:params:oauth:grant-type:device_code out of grantTypes.
	// +optional
	TypedUserCode bool `json:"typedUserCode,omitempty"`

	// binding is what access tokens must be bound to at least: DPoP, the key of a DPoP
	// proof (RFC 9449); Certificate, a client certificate (RFC 8705); or Required, one of
	// the two. It applies at once, as if every client had it as
	// tokens.accessToken.binding, and token requests without the proof are refused. A
	// client that asks for DPoP where policies require Certificate, or for Certificate
	// where they require DPoP, gets Accepted=False with reason BindingRequired; if policies
	// require both, all their clients do.
	// +optional
	Binding RequiredBinding `json:"binding,omitempty"`

	// minimumAssurance is what a sign-in must amount to at least: SecondFactor. It applies at
	// once to clients that sign users in, as if every client had it as
	// login.minimumAssurance. A client that sets login.minimumAssurance: Password gets
	// Accepted=False with reason AssuranceRequired. Where the OAuthServer has
	// login.secondFactor: Off, only users of an OAuthIdentityProvider that vouches for a
	// second factor can sign in then.
	// +optional
	MinimumAssurance RequiredAssurance `json:"minimumAssurance,omitempty"`

	// rotationInterval is the longest secret.rotation.interval, between 1s and 8760h. A
	// client whose secret the operator creates and that has no interval or a longer one
	// gets Accepted=False with reason RotationRequired. This does not apply to clients
	// without a secret, or with secret.from, whose owner rotates it.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('8760h')",message="rotationInterval must be between 1s and 8760h"
	RotationInterval *metav1.Duration `json:"rotationInterval,omitempty"`
}

// RequiredBinding is what access tokens must be bound to.
//
// +kubebuilder:validation:Enum=DPoP;Certificate;Required
type RequiredBinding string

// RequiredAssurance is what a sign-in must amount to.
//
// +kubebuilder:validation:Enum=SecondFactor
type RequiredAssurance string

// RequiredSecondFactor demands a second factor.
const RequiredSecondFactor RequiredAssurance = "SecondFactor"

// SecurityProfile is a set of requirements that a specification names.
//
// +kubebuilder:validation:Enum=FAPI2
type SecurityProfile string

// SecurityProfileFAPI2 is the FAPI 2.0 Security Profile.
const SecurityProfileFAPI2 SecurityProfile = "FAPI2"
