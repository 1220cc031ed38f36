package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Connection is an authorization code that a provider gave a person for an OAuthToken. Its
// name is random. It is created by the server when the person comes back from the provider;
// updated by the operator, which redeems the code; and deleted by the sweeper after the end of
// the hour in which spec.expiresAt lies. To keep the operator from redeeming the code, set
// spec.state to Taken.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Namespace",type=string,JSONPath=`.spec.namespace`
// +kubebuilder:printcolumn:name="Token",type=string,JSONPath=`.spec.token`
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`
type Connection struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what was handed over.
	// +required
	Spec ConnectionSpec `json:"spec"`
}

// ConnectionList is a list of Connections.
//
// +kubebuilder:object:root=true
type ConnectionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Connection `json:"items"`
}

// ConnectionSpec is what was handed over. All fields are authenticated by the payload, except
// state and what the operator writes: a Connection in which another one was changed has no
// effect.
//
// +structType=atomic
type ConnectionSpec struct {
	// server is the name of the OAuthServer, in the namespace of the Connection.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Server string `json:"server"`

	// namespace is that of the OAuthToken.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`

	// token is the name of the OAuthToken.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Token string `json:"token"`

	// tokenUID is the UID of the OAuthToken.
	// +required
	// +kubebuilder:validation:MaxLength=64
	TokenUID string `json:"tokenUID"`

	// generation is that of the OAuthToken when the person was sent to the provider. If it has
	// changed since, the code is not redeemed.
	// +required
	// +kubebuilder:validation:Minimum=1
	Generation int64 `json:"generation"`

	// subject is the person.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// state is Received, and Taken once the code is spent, or is not redeemed at all. What the
	// provider gave for it, the OAuthToken says.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == 'Taken' || oldSelf != 'Taken'",message="a Connection that was taken stays taken"
	State ConnectionState `json:"state"`

	// refusal says why the code is not redeemed; written by the operator.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Refusal string `json:"refusal,omitempty"`

	// expiresAt is when it has no effect any more.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	ExpiresAt metav1.Time `json:"expiresAt"`

	// payload is what is private, encrypted and bound to the fields above. It is empty once
	// the operator needs it no more.
	// +optional
	// +kubebuilder:validation:MaxLength=16384
	Payload string `json:"payload,omitempty"`
}

// ConnectionState is what becomes of an authorization code.
//
// +kubebuilder:validation:Enum=Received;Taken
type ConnectionState string

// States of a Connection.
const (
	ConnectionReceived ConnectionState = "Received"
	ConnectionTaken    ConnectionState = "Taken"
)
