package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LabelExpires names the hour or the minute, in UTC, after which an object of this group
// has no effect.
const LabelExpires = "session.grantor.dev/expires"

// ExpiresLayout is the form of the value of LabelExpires, ExpiresMinuteLayout that at
// Marks, where it names the minute.
const (
	ExpiresLayout       = "2006-01-02T15"
	ExpiresMinuteLayout = "2006-01-02T15-04"
)

// Mark says that something with a short life must not be used (again), such as
// an access token that was revoked before it expired, or a client's assertion that was
// used. Its name is a keyed digest
// of what it marks; it is created by the server, never updated, and deleted by
// the sweeper after the end of the minute in which spec.expiresAt lies.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Kind",type=string,JSONPath=`.spec.kind`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`
type Mark struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is marked.
	// +required
	Spec MarkSpec `json:"spec"`
}

// MarkList is a list of Marks.
//
// +kubebuilder:object:root=true
type MarkList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Mark `json:"items"`
}

// MarkSpec is what is marked.
//
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a Mark cannot be changed"
type MarkSpec struct {
	// kind is what the name of the Mark is a digest of.
	// +required
	Kind MarkKind `json:"kind"`

	// expiresAt is when what is marked would have expired.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	ExpiresAt metav1.Time `json:"expiresAt"`

	// clientUID is the UID of the OAuthClient whose request created the Mark. Each
	// client has a share of all Marks.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	ClientUID string `json:"clientUID,omitempty"`

	// attempt is a random text of the request that created the Mark, by which that
	// request recognises its own Mark if the response was lost.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	Attempt string `json:"attempt,omitempty"`
}

// MarkKind is what a Mark is about.
//
// +kubebuilder:validation:Enum=RevokedToken;UsedAssertion
type MarkKind string

const (
	// MarkRevokedToken marks an access token that was revoked before it expired.
	MarkRevokedToken MarkKind = "RevokedToken"
	// MarkUsedAssertion marks an assertion with which a client has authenticated.
	MarkUsedAssertion MarkKind = "UsedAssertion"
)
