package v1alpha1

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServerKeys is how tokens are signed, and when the keys of a server are replaced.
type ServerKeys struct {
	// algorithm that signs access tokens (RFC 7518 section 3.1).
	// +optional
	// +kubebuilder:default=ES256
	Algorithm SigningAlgorithm `json:"algorithm,omitempty"`

	// rotationInterval is how long a signing key signs before the next one does:
	// between 1s and 87600h. Default: 720h. The next key is published ten minutes
	// before it signs, or half the interval before if the interval is shorter than
	// twenty minutes; an old key stays published until everything that it signed has
	// expired.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('87600h')",message="rotationInterval must be between 1s and 87600h"
	RotationInterval *metav1.Duration `json:"rotationInterval,omitempty"`

	// rootRotationInterval is how long a root key, which seals what users and
	// applications hold, and a pepper, which keys the digests of client secrets, are in
	// use before the next one: between 1s and 87600h. Default: they are not replaced
	// because of their age. When they are replaced, no user is signed out and no client
	// secret changes.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('87600h')",message="rootRotationInterval must be between 1s and 87600h"
	RootRotationInterval *metav1.Duration `json:"rootRotationInterval,omitempty"`

	// requestedAt asks for one rotation of all signing keys, root keys and peppers: each
	// new value makes the operator replace them once. A time in the future waits until
	// then.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	RequestedAt *metav1.Time `json:"requestedAt,omitempty"`

	// revoked are the ids of keys that may have leaked: each is replaced at once and
	// removed as soon as the next one is in use. Everything that was made with a
	// removed key is void: tokens that it signed; codes, refresh tokens, logins and
	// consents that it sealed; old client secrets within their overlap. An id of no
	// key has no effect. A pairwise key cannot be replaced.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Revoked []KeyID `json:"revoked,omitempty"`
}

// KeyID is the id of a key.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_-]+$`
type KeyID string

// SigningAlgorithm is a JWS algorithm as registered.
//
// +kubebuilder:validation:Enum=ES256
type SigningAlgorithm string

// SigningES256 is ECDSA on P-256 with SHA-256.
const SigningES256 SigningAlgorithm = "ES256"

// KeyStatus names one key.
type KeyStatus struct {
	// id of the key; the kid of a signing key.
	// +required
	// +kubebuilder:validation:MaxLength=64
	ID string `json:"id"`
	// use is signing, root, pepper or pairwise.
	// +required
	Use KeyUse `json:"use"`
	// createdAt is when the key was created.
	// +required
	CreatedAt metav1.Time `json:"createdAt"`

	// activeFrom is from when the key is used; unset while it is only published, so
	// that all replicas and services know it before.
	// +optional
	ActiveFrom *metav1.Time `json:"activeFrom,omitempty"`
	// retireAt is from when the key may be removed, because it is no longer needed;
	// unset while it is in use.
	// +optional
	RetireAt *metav1.Time `json:"retireAt,omitempty"`
	// longestLifetime is how long at most what was made with the key lives.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('0s') && duration(self) <= duration('87600h')",message="longestLifetime must be between 0s and 87600h"
	LongestLifetime *metav1.Duration `json:"longestLifetime,omitempty"`
}

// Retired reports whether the key is no longer needed at a time, so that its absence is
// no loss.
func (k KeyStatus) Retired(now time.Time) bool {
	return k.RetireAt != nil && !now.Before(k.RetireAt.Time)
}

// KeyUse is what a key is for.
//
// +kubebuilder:validation:Enum=signing;root;pepper;pairwise
type KeyUse string

// Uses of keys.
const (
	// KeyUseSigning signs tokens.
	KeyUseSigning KeyUse = "signing"
	// KeyUseRoot is what the server's symmetric keys are derived from.
	KeyUseRoot KeyUse = "root"
	// KeyUsePepper keys the digests of client secrets.
	KeyUsePepper KeyUse = "pepper"
	// KeyUsePairwise keys the subjects of pairwise clients. It is never replaced: with
	// another one, applications would not recognize their users.
	KeyUsePairwise KeyUse = "pairwise"
)
