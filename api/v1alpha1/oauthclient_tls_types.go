package v1alpha1

// ClientTLS says which certificate is the client's (RFC 8705 section 2): a name in a
// certificate that one of the server's authorities issued, or its thumbprint.
//
// +kubebuilder:validation:XValidation:rule="[has(self.sanDNS), has(self.sanURI), has(self.thumbprints)].exists_one(given, given)",message="authentication.tls needs exactly one of sanDNS, sanURI and thumbprints"
type ClientTLS struct {
	// sanDNS is a DNS name that the certificate has as a subject alternative name, in
	// lower case. A wildcard in the certificate does not match.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	SANDNS string `json:"sanDNS,omitempty"`

	// sanURI is a URI that the certificate has as a subject alternative name, such as a
	// SPIFFE ID. Compared byte for byte.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:Pattern=`^[a-z][a-z0-9+.-]*:[!-~]+$`
	SANURI string `json:"sanURI,omitempty"`

	// thumbprints are the SHA-256 of the certificate in DER, in base64url without
	// padding (x5t#S256, RFC 7515 section 4.1.8). While a certificate is being
	// replaced, list both. A certificate does not need to be issued by a known CA, but
	// must not have expired.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MaxLength=43
	// +kubebuilder:validation:items:Pattern=`^[A-Za-z0-9_-]{43}$`
	Thumbprints []string `json:"thumbprints,omitempty"`
}
