package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LabelRoot names the root key that an Enrollment is sealed with.
const LabelRoot = "session.grantor.dev/root"

// Enrollment is what a user has enrolled to sign in with: authenticator apps, passkeys,
// recovery codes and an own password. Its name is a keyed digest of the user. It is created
// when the user adds the first factor or sets a password, and updated whenever a factor is
// added, used or removed, or a password is set. The sweeper deletes it once the OAuthUser is
// gone, once it is Reset, a year after a user of an OAuthIdentityProvider last used it, or 30
// days after that OAuthIdentityProvider was deleted. Unlike other objects of this group, it
// cannot be created again: do not delete it when you delete sessions. If a user has lost all
// factors, set spec.state to Reset.
//
// +kubebuilder:object:root=true
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Factors",type=string,JSONPath=`.spec.factors`
type Enrollment struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what was enrolled.
	// +required
	Spec EnrollmentSpec `json:"spec"`
}

// EnrollmentList is a list of Enrollments.
//
// +kubebuilder:object:root=true
type EnrollmentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Enrollment `json:"items"`
}

// EnrollmentSpec is what was enrolled. All fields but state are authenticated by the
// payload: nobody can sign in with an Enrollment in which one was changed.
//
// +structType=atomic
type EnrollmentSpec struct {
	// subject is the user.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// userUID is the UID of the OAuthUser; empty for a user of an OAuthIdentityProvider.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	UserUID string `json:"userUID,omitempty"`

	// state is Active, or Reset: the user has no factors and no own password, as if none had
	// been added, and the password of the OAuthUser alone is enough. The sweeper deletes an
	// Enrollment that is Reset.
	// +required
	State EnrollmentState `json:"state"`

	// expiresAt is when the Enrollment of a user of an OAuthIdentityProvider ends: a year after it
	// was last used. The Enrollment of an OAuthUser lasts as long as the OAuthUser.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// factors are the kinds of what was enrolled: totp, passkey, recovery and password, which
	// is an own password.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MaxLength=32
	Factors []string `json:"factors,omitempty"`

	// payload is what is private, encrypted and bound to the fields above.
	// +required
	// +kubebuilder:validation:MaxLength=32768
	Payload string `json:"payload"`
}

// EnrollmentState says whether an Enrollment counts.
//
// +kubebuilder:validation:Enum=Active;Reset
type EnrollmentState string

// States of an Enrollment.
const (
	EnrollmentActive EnrollmentState = "Active"
	EnrollmentReset  EnrollmentState = "Reset"
)
