package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LabelUpstreamSession is a keyed digest of the session at an identity provider in which a user
// signed in, by which the Login is found when that session ends.
const LabelUpstreamSession = "session.grantor.dev/upstream-session"

// Login is one browser in which a user is signed in. Its name is random and, in a
// sealed form, the value of the browser's cookie. It is created when the user signs in,
// updated when the same user signs in again or out, and deleted by the sweeper after
// the end of the hour in which spec.expiresAt lies. Deleting one signs the browser out.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`
type Login struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is who is signed in.
	// +required
	Spec LoginSpec `json:"spec"`
}

// LoginList is a list of Logins.
//
// +kubebuilder:object:root=true
type LoginList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Login `json:"items"`
}

// LoginSpec is who is signed in. All fields but state are authenticated by the
// payload: a Login in which one was changed is void.
//
// +structType=atomic
type LoginSpec struct {
	// subject is who is signed in.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// userUID is the UID of the OAuthUser, or of the Person of a user of an
	// OAuthIdentityProvider.
	// +required
	// +kubebuilder:validation:MaxLength=64
	UserUID string `json:"userUID"`

	// state is Active, or Ended, which signs the browser out for good.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == 'Ended' || oldSelf != 'Ended'",message="a Login that ended stays ended"
	State LoginState `json:"state"`

	// expiresAt is when the Login ends by itself.
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

// LoginState says whether a Login is valid.
//
// +kubebuilder:validation:Enum=Active;Ended
type LoginState string

// States of a Login.
const (
	LoginActive LoginState = "Active"
	LoginEnded  LoginState = "Ended"
)
