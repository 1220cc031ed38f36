package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthClient is an OAuth 2.0 client. The operator writes a Secret with its client ID,
// client secret and endpoints next to it, for a pod to mount, and the authorization
// server accepts these credentials. Deleting the OAuthClient ends the client at once;
// creating it again creates new credentials.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oac,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Client ID",type=string,JSONPath=`.status.clientID`
// +kubebuilder:printcolumn:name="Secret",type=string,JSONPath=`.status.secretName`
// +kubebuilder:printcolumn:name="Issuer",type=string,JSONPath=`.status.issuer`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 200",message="metadata.name must have at most 200 characters, so that the names made from it fit"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.secret) || !has(self.spec.secret.from) || (has(self.spec.secret.name) ? self.spec.secret.from.name != self.spec.secret.name : self.spec.secret.from.name != self.metadata.name + '-oauth')",message="spec.secret.from.name must not be the Secret that the operator writes, which is spec.secret.name or <name>-oauth"
type OAuthClient struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the client.
	// +required
	Spec OAuthClientSpec `json:"spec"`

	// status is what the operator reports. The authorization server reads from it only
	// credentials and redirect URIs whose seals verify and, for a client without
	// serverRef, the server that it is bound to.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthClientStatus `json:"status,omitzero"`
}

// OAuthClientList is a list of OAuthClients.
//
// +kubebuilder:object:root=true
type OAuthClientList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthClient `json:"items"`
}
