package clientpolicy

import (
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Binding is what policies require that access tokens are bound to.
type Binding struct {
	// DPoP and Certificate are the names of the policies that require the one and the other.
	DPoP, Certificate []string
	// Any says that a policy requires one of them.
	Any bool
	// By are the names of all policies that require something.
	By []string
}

func (b *Binding) add(by string, required oauthv1alpha1.AccessTokenBinding) {
	if required != "" {
		b.By = append(b.By, by)
	}
	switch required {
	case oauthv1alpha1.AccessTokenBindingDPoP:
		b.DPoP = append(b.DPoP, by)
	case oauthv1alpha1.AccessTokenBindingCertificate:
		b.Certificate = append(b.Certificate, by)
	case oauthv1alpha1.AccessTokenBindingRequired:
		b.Any = true
	case oauthv1alpha1.AccessTokenBindingIfProved:
	}
}

// Over returns a binding, or the stricter one that policies require.
func (b Binding) Over(binding oauthv1alpha1.AccessTokenBinding) oauthv1alpha1.AccessTokenBinding {
	switch {
	case len(b.DPoP) > 0:
		return oauthv1alpha1.AccessTokenBindingDPoP
	case len(b.Certificate) > 0:
		return oauthv1alpha1.AccessTokenBindingCertificate
	case b.Any && binding == oauthv1alpha1.AccessTokenBindingIfProved:
		return oauthv1alpha1.AccessTokenBindingRequired
	}
	return binding
}

// Against returns the names of the policies that together leave nothing that a client could
// be bound to that asks for a binding; none if they agree.
func (b Binding) Against(asked oauthv1alpha1.AccessTokenBinding) []string {
	switch {
	case len(b.DPoP) > 0 && len(b.Certificate) > 0:
		return slices.Sorted(slices.Values(slices.Concat(b.DPoP, b.Certificate)))
	case asked == oauthv1alpha1.AccessTokenBindingDPoP:
		return b.Certificate
	case asked == oauthv1alpha1.AccessTokenBindingCertificate:
		return b.DPoP
	}
	return nil
}
