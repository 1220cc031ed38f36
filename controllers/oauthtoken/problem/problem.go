package problem

import (
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Problem is why there is no token. Only a user can cure one that is stalled.
type Problem struct {
	Reason, Message string
	Stalled         bool
}

// New returns a problem that can end without a user.
func New(reason, message string) *Problem { return &Problem{Reason: reason, Message: message} }

// Stalled returns a problem that only a user can cure.
func Stalled(reason, message string) *Problem {
	return &Problem{Reason: reason, Message: message, Stalled: true}
}

// AddressNotAllowed returns that a provider must not be called.
func AddressNotAllowed() *Problem {
	return Stalled(oauthv1alpha1.ReasonAddressNotAllowed,
		"The provider has an address that is not public, and not in the operator's --outbound-networks. Ask the administrator of the cluster to allow it.")
}

// SecretRefused returns that the API server does not store a Secret.
func SecretRefused(name string, code int32) *Problem {
	return New(oauthv1alpha1.ReasonSecretRefused, fmt.Sprintf(
		"The API server refuses to store Secret %q (HTTP %d). A quota, an admission policy or the Secret being immutable can be why.", name, code))
}

// Is reports whether there is a problem, and it has a reason.
func (p *Problem) Is(reason string) bool { return p != nil && p.Reason == reason }

// Untouchable reports whether the Secrets must be left as they are.
func (p *Problem) Untouchable() bool {
	return p.Is(oauthv1alpha1.ReasonSecretNotOwned) || p.Is(oauthv1alpha1.ReasonStateUnreadable)
}
