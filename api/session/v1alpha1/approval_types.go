package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Approval is what a user decided about a device that asks for access (RFC 8628). Its
// name is a keyed digest of the user code. It is created when a user opens the link that
// a device shows and decides, or types the code; updated when the device of a typed code
// asks again, and when its user decides; and deleted by the sweeper after the end of the
// hour in which spec.expiresAt lies. To refuse the device by hand, set spec.state to
// Denied.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="Client",type=string,JSONPath=`.spec.client`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`
type Approval struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what was decided.
	// +required
	Spec ApprovalSpec `json:"spec"`
}

// ApprovalList is a list of Approvals.
//
// +kubebuilder:object:root=true
type ApprovalList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Approval `json:"items"`
}

// ApprovalSpec is what was decided. All fields are authenticated by the payload, except
// that state can be Denied: an Approval in which one was changed is void.
//
// +structType=atomic
type ApprovalSpec struct {
	// subject is who typed the code or opened the link.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// client is the client ID; empty while no device has asked with a typed code.
	// +optional
	// +kubebuilder:validation:MaxLength=320
	Client string `json:"client,omitempty"`

	// clientUID is the UID of the OAuthClient; empty as client is.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	ClientUID string `json:"clientUID,omitempty"`

	// grant is the name of the Grant that the device gets; empty as client is.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	Grant string `json:"grant,omitempty"`

	// state is Claimed while no device has asked with a typed code, Asked when one has,
	// and then Allowed or Denied.
	// +required
	State ApprovalState `json:"state"`

	// expiresAt is when it has no effect any more.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	ExpiresAt metav1.Time `json:"expiresAt"`

	// payload is what is private, encrypted and bound to the fields above.
	// +required
	// +kubebuilder:validation:MaxLength=8192
	Payload string `json:"payload"`
}

// ApprovalState is how far a device has come.
//
// +kubebuilder:validation:Enum=Claimed;Asked;Allowed;Denied
type ApprovalState string

// States of an Approval.
const (
	ApprovalClaimed ApprovalState = "Claimed"
	ApprovalAsked   ApprovalState = "Asked"
	ApprovalAllowed ApprovalState = "Allowed"
	ApprovalDenied  ApprovalState = "Denied"
)
