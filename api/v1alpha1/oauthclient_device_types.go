package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DeviceAuthorization is how users let devices of a client in (RFC 8628).
type DeviceAuthorization struct {
	// completeURI is Offer (the default) or Omit: whether a device gets
	// verification_uri_complete, a link with the user code in it, which it can show as a
	// QR code. With Omit users must type the code, so a link that another person sends them
	// cannot be for a device that is not theirs. An OAuthClientPolicy with
	// require.typedUserCode turns Offer into Omit.
	// +optional
	// +kubebuilder:default=Offer
	CompleteURI CompleteURI `json:"completeURI,omitempty"`

	// codeLifetime is how long a user has to let a device in, between 2m and 15m.
	// Default: 10m. After that the device gets expired_token and must begin again.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('2m') && duration(self) <= duration('15m')",message="codeLifetime must be between 2m and 15m"
	CodeLifetime *metav1.Duration `json:"codeLifetime,omitempty"`
}

// CompleteURI says whether devices get a link with the user code in it.
//
// +kubebuilder:validation:Enum=Offer;Omit
type CompleteURI string

// Values of CompleteURI.
const (
	CompleteURIOffer CompleteURI = "Offer"
	CompleteURIOmit  CompleteURI = "Omit"
)
