package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthUserStatus is what the operator made of a user.
type OAuthUserStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of;
	// -1 until the operator has seen the user.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// subject is the claim sub that applications know the user by.
	// +optional
	Subject string `json:"subject,omitempty"`

	// conditions are Accepted, PasswordReady and Ready, and Reconciling or Stalled
	// while they are true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
