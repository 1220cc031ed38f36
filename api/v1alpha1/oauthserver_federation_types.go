package v1alpha1

// TrustedIssuer is an issuer of tokens outside of Grantor, such as a CI system, another
// cluster or a SPIFFE trust domain. Clients authenticate with its tokens instead of a secret.
//
// +kubebuilder:validation:XValidation:rule="has(self.issuer) || has(self.jwksURI)",message="a trusted issuer needs issuer, jwksURI or both"
// +kubebuilder:validation:XValidation:rule="has(self.jwksURI) || !has(self.issuer) || self.issuer.matches('^https://[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~/-]*)?$')",message="issuer must be an https URL without user information, query and fragment, because the keys are discovered there; otherwise set jwksURI"
type TrustedIssuer struct {
	// name is by which OAuthClients name the issuer, such as github.
	// +required
	Name TrustedIssuerName `json:"name"`

	// issuer is what its tokens have as iss, byte for byte, such as
	// https://token.actions.githubusercontent.com. Two trusted issuers may have the same
	// one, as clusters do that call themselves https://kubernetes.default.svc; a client
	// names one of them, and only the keys of that one are used. Default: its tokens have no
	// iss, as those of SPIFFE often do, and a token that has one is refused.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[\x21-\x7E]+$`
	Issuer string `json:"issuer,omitempty"`

	// jwksURI is where its keys are: an https URL that answers a JSON Web Key Set, or a
	// SPIFFE trust bundle, of up to 64 KiB within 5 seconds and without a redirect. Default:
	// where the document at /.well-known/openid-configuration below issuer says; the
	// document must have the same issuer. Both addresses must be public, or in one of
	// spec.outbound.networks. The server fetches the keys when a client authenticates, and
	// again after the max-age of their Cache-Control (between 1 minute and 1 hour, 5 minutes
	// by default) or, for an unknown kid, once in 30 seconds. If they cannot be fetched,
	// clients get temporarily_unavailable once the keys are an hour old.
	// +optional
	JWKSURI JWKSURI `json:"jwksURI,omitempty"`

	// ownerClaims are the claims by which a token says whose it is, with a value that is
	// never given to another owner, such as repository_owner_id. A client whose
	// authentication.federated has a subject that ends in * must also have one of them in
	// claims; otherwise it gets Accepted=False with reason FederatedSubjectNotAllowed.
	// Default: none, and subjects must be exact.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	OwnerClaims []ClaimName `json:"ownerClaims,omitempty"`

	// namespaces are those whose clients may name the issuer. Default: all from which the
	// server accepts clients. Clients in other namespaces get Accepted=False with reason
	// TrustedIssuerNotAllowed.
	// +optional
	// +kubebuilder:default={from:All}
	Namespaces ClientNamespaces `json:"namespaces,omitzero"`
}

// TrustedIssuerName is the name of a trusted issuer of an OAuthServer.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
type TrustedIssuerName string

// ClaimName is the name of a claim.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:Pattern=`^[\x21-\x7E]+$`
type ClaimName string
