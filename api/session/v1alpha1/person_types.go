package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Person is a user of an OAuthIdentityProvider, with what the provider last said about the user.
// Its name is a keyed digest of the subject, so that there is one for each user. It is created
// when the user signs in for the first time, and updated when the user signs in again or the
// provider was asked again. The sweeper deletes it after the end of the hour in which
// spec.expiresAt lies. Deleting one ends all sessions of the user, who can sign in again if the
// provider allows it.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:path=persons,categories=oauth-sessions
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="Username",type=string,JSONPath=`.spec.username`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Checked",type=string,JSONPath=`.spec.checkedAt`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`,priority=1
type Person struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is who the user is.
	// +required
	Spec PersonSpec `json:"spec"`
}

// PersonList is a list of Persons.
//
// +kubebuilder:object:root=true
type PersonList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Person `json:"items"`
}

// PersonSpec is who a user is. All fields but state are authenticated by the payload: a
// Person in which one was changed has no effect until the user signs in again.
//
// +structType=atomic
type PersonSpec struct {
	// subject is the sub of the user: the name of the OAuthIdentityProvider, a colon, and
	// the ID of the user there. If an OAuthUser names the account in spec.identities, the
	// sub is that of the OAuthUser.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// provider is the name of the OAuthIdentityProvider.
	// +required
	// +kubebuilder:validation:MaxLength=32
	Provider string `json:"provider"`

	// username is what the provider calls the user.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	Username string `json:"username,omitempty"`

	// state is Active or Blocked. Blocked ends all sessions of the user, and what an OAuthUser
	// began with the account, for good. If a user is Blocked, because the provider no longer let
	// the user in or by hand, signing in again makes the user Active. To shut a user out for good,
	// do so at the provider, or in spec.admit of the OAuthIdentityProvider.
	// +required
	State PersonState `json:"state"`

	// checkedAt is when the provider last confirmed the user.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	CheckedAt metav1.Time `json:"checkedAt"`

	// expiresAt is when the Person has no effect any more: a year after the user was last seen.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	ExpiresAt metav1.Time `json:"expiresAt"`

	// payload is what is private, such as the groups of the user and the refresh token of
	// the provider, encrypted and bound to the fields above.
	// +required
	// +kubebuilder:validation:MaxLength=65536
	Payload string `json:"payload"`
}

// PersonState says whether a user is let in.
//
// +kubebuilder:validation:Enum=Active;Blocked
type PersonState string

// States of a Person.
const (
	PersonActive  PersonState = "Active"
	PersonBlocked PersonState = "Blocked"
)
