package v1alpha1

// FederatedIdentity is a workload elsewhere that can act as the client.
//
// +kubebuilder:validation:XValidation:rule="!self.subject.endsWith('*') || has(self.claims)",message="a subject that ends in * needs claims, one of them in ownerClaims of the trusted issuer"
type FederatedIdentity struct {
	// issuer is the name of a trusted issuer, in spec.trustedIssuers of the OAuthServer. One
	// that is not there gives Accepted=False with reason TrustedIssuerNotFound. One that the
	// client's namespace may not use, or that no OAuthClientPolicy allows, gives
	// TrustedIssuerNotAllowed. Two names with the same issuer URL in one client give
	// TrustedIssuerConflict.
	// +required
	Issuer TrustedIssuerName `json:"issuer"`

	// subject is what the token has as sub: exactly, such as
	// repo:acme/shop:ref:refs/heads/main, or all with the same beginning, as in
	// repo:acme/shop:*. A star anywhere else is refused. A subject that ends in a star gives
	// Accepted=False with reason FederatedSubjectNotAllowed unless claims has one of the
	// ownerClaims of the trusted issuer.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[^*\p{C}]+\*?$`
	Subject string `json:"subject"`

	// claims are further claims that the token must have, with exactly these values, which
	// must be strings in the token. Up to 8, with names of up to 128 characters. Default:
	// none.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=8
	// +kubebuilder:validation:XValidation:rule="self.all(name, size(name) >= 1 && size(name) <= 128)",message="the name of a claim must have between 1 and 128 characters"
	Claims map[string]ClaimValue `json:"claims,omitempty"`
}

// ClaimValue is the value of a claim that is a string.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
// +kubebuilder:validation:Pattern=`^[^\p{C}]+$`
type ClaimValue string
