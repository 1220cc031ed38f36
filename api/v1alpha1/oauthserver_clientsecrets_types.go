package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServerClientSecrets is about the client secrets that the operator makes.
type ServerClientSecrets struct {
	// minRotationInterval is the shortest secret.rotation.interval that a client may
	// have, between 1s and 8760h. Each rotation writes to the API server and to the
	// watches of all replicas. A client with a shorter interval gets Accepted=False with
	// reason RotationTooFrequent. Default: 1m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('8760h')",message="minRotationInterval must be between 1s and 8760h"
	MinRotationInterval *metav1.Duration `json:"minRotationInterval,omitempty"`
}
