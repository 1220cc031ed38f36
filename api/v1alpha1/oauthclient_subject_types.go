package v1alpha1

// SubjectType is which claim sub a client gets for a user.
//
// +kubebuilder:validation:Enum=public;pairwise
type SubjectType string

// What the claim sub is.
const (
	SubjectPublic   SubjectType = "public"
	SubjectPairwise SubjectType = "pairwise"
)
