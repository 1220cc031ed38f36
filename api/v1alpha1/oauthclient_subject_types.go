package v1alpha1

// SubjectType is what the claim sub of a person is to a client.
//
// +kubebuilder:validation:Enum=public;pairwise
type SubjectType string

// What the claim sub is.
const (
	SubjectPublic   SubjectType = "public"
	SubjectPairwise SubjectType = "pairwise"
)
