package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Consent remembers what a user has allowed a client. Its name is a keyed digest of
// both. It is created when the user first agrees, updated when the user agrees to more
// or withdraws, and deleted by the sweeper after the end of the hour in which
// spec.expiresAt lies. Deleting one makes the server ask again.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="Client",type=string,JSONPath=`.spec.client`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Scope",type=string,priority=1,JSONPath=`.spec.scope`
// +kubebuilder:printcolumn:name="Audiences",type=string,priority=1,JSONPath=`.spec.audiences`
// +kubebuilder:printcolumn:name="Offline",type=boolean,priority=1,JSONPath=`.spec.offline`
type Consent struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what was allowed.
	// +required
	Spec ConsentSpec `json:"spec"`
}

// ConsentList is a list of Consents.
//
// +kubebuilder:object:root=true
type ConsentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Consent `json:"items"`
}

// ConsentSpec is what was allowed. All fields are authenticated by the payload: a
// Consent in which one was changed counts as withdrawn.
//
// +structType=atomic
type ConsentSpec struct {
	// subject is who allowed it.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// client is the client ID.
	// +required
	// +kubebuilder:validation:MaxLength=320
	Client string `json:"client"`

	// clientUID is the UID of the OAuthClient.
	// +required
	// +kubebuilder:validation:MaxLength=64
	ClientUID string `json:"clientUID"`

	// scope is what was allowed.
	// +optional
	// +kubebuilder:validation:MaxLength=8300
	Scope string `json:"scope,omitempty"`

	// audiences are the resource servers that the client may act at for the subject, as
	// they appear in a token's aud. Those that a request did not name are not covered.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=512
	Audiences []string `json:"audiences,omitempty"`

	// offline says that the access may outlive the Login in which it was allowed: that
	// the client may have refresh tokens that do.
	// +optional
	Offline bool `json:"offline,omitempty"`

	// state is Granted, or Withdrawn, which makes the server ask again.
	// +required
	State ConsentState `json:"state"`

	// expiresAt is when the server asks again.
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

// ConsentState says whether a Consent is valid.
//
// +kubebuilder:validation:Enum=Granted;Withdrawn
type ConsentState string

// States of a Consent.
const (
	ConsentGranted   ConsentState = "Granted"
	ConsentWithdrawn ConsentState = "Withdrawn"
)
