package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Registration is a client that registered itself (RFC 7591). Its name is a keyed digest
// of who registered it and of its metadata. It is created at the registration endpoint;
// updated by a management request (RFC 7592), and by the operator, which makes an
// OAuthClient of it; and deleted by the operator when either is deleted, or when the
// OAuthClient cannot be made. To delete it by hand, delete the OAuthClient, or set
// spec.state to Deleted.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Namespace",type=string,JSONPath=`.spec.namespace`
// +kubebuilder:printcolumn:name="Client",type=string,JSONPath=`.spec.client`
// +kubebuilder:printcolumn:name="By",type=string,JSONPath=`.spec.registrant`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
type Registration struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what was registered.
	// +required
	Spec RegistrationSpec `json:"spec"`
}

// RegistrationList is a list of Registrations.
//
// +kubebuilder:object:root=true
type RegistrationList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Registration `json:"items"`
}

// RegistrationSpec is what was registered. All fields are authenticated by the seal, except
// state and what the operator writes: a Registration in which another one was changed has
// no effect.
//
// +structType=atomic
type RegistrationSpec struct {
	// server is the name of the OAuthServer, in the namespace of the Registration.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Server string `json:"server"`

	// namespace is that of the OAuthClient.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`

	// client is the name of the OAuthClient.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Client string `json:"client"`

	// registrant is who registered the client: the subject of the access token, or the user
	// name of the ServiceAccount.
	// +required
	// +kubebuilder:validation:MaxLength=400
	Registrant string `json:"registrant"`

	// generation counts the changes by management requests.
	// +required
	// +kubebuilder:validation:Minimum=1
	Generation int64 `json:"generation"`

	// state is Registered, Refused if the OAuthClient cannot be made, or Deleted.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == 'Deleted' || oldSelf != 'Deleted'",message="a Registration that was deleted stays deleted"
	State RegistrationState `json:"state"`

	// clientUID is the UID of the OAuthClient; written by the operator.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	ClientUID string `json:"clientUID,omitempty"`

	// refusal says why the OAuthClient cannot be made, or changed as the registration was;
	// written by the operator, which deletes one that is Refused a minute later.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Refusal string `json:"refusal,omitempty"`

	// payload is what the OAuthClient is made of, as JSON. Nothing of it is secret.
	// +required
	// +kubebuilder:validation:MaxLength=65536
	Payload string `json:"payload"`

	// seal shows that the server wrote the fields above.
	// +required
	// +kubebuilder:validation:MaxLength=256
	Seal string `json:"seal"`
}

// RegistrationState is what becomes of a registered client.
//
// +kubebuilder:validation:Enum=Registered;Refused;Deleted
type RegistrationState string

// States of a Registration.
const (
	RegistrationRegistered RegistrationState = "Registered"
	RegistrationRefused    RegistrationState = "Refused"
	RegistrationDeleted    RegistrationState = "Deleted"
)
