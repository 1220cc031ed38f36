package v1alpha1

// ClientTLS says which certificate is the client's (RFC 8705 section 2): a name in a
// certificate that one of the server's authorities issued, or its thumbprint.
//
// +kubebuilder:validation:XValidation:rule="[has(self.subjectDN), has(self.sanDNS), has(self.sanURI), has(self.sanIP), has(self.sanEmail), has(self.thumbprints)].exists_one(given, given)",message="authentication.tls needs exactly one of subjectDN, sanDNS, sanURI, sanIP, sanEmail and thumbprints"
type ClientTLS struct {
	// subjectDN is the subject of the certificate as a string of RFC 4514, such as
	// "CN=app,OU=Team A,O=Example,C=GB": the last part of the certificate's comes first,
	// as in the output of openssl x509 -subject -nameopt RFC2253. The order counts, case
	// and the number of spaces in a value do not. An attribute type is a short name of
	// RFC 4514 (CN, L, ST, O, OU, C, STREET, DC, UID), emailAddress, serialNumber, or an
	// OID in dotted decimal.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:Pattern=`^((?i:CN|L|ST|O|OU|C|STREET|DC|UID|emailAddress|serialNumber)|[0-2](\.(0|[1-9][0-9]{0,9}))+)=(#([0-9A-Fa-f]{2})+|(([^"+,;<>\\#\x00 ]|\\([ "#+,;<=>\\]|[0-9A-Fa-f]{2}))([^"+,;<>\\\x00]|\\([ "#+,;<=>\\]|[0-9A-Fa-f]{2}))*)?)([,+]((?i:CN|L|ST|O|OU|C|STREET|DC|UID|emailAddress|serialNumber)|[0-2](\.(0|[1-9][0-9]{0,9}))+)=(#([0-9A-Fa-f]{2})+|(([^"+,;<>\\#\x00 ]|\\([ "#+,;<=>\\]|[0-9A-Fa-f]{2}))([^"+,;<>\\\x00]|\\([ "#+,;<=>\\]|[0-9A-Fa-f]{2}))*)?))*$`
	SubjectDN string `json:"subjectDN,omitempty"`

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

	// sanIP is an IP address that the certificate has as a subject alternative name, such
	// as 192.0.2.7 or 2001:db8::7. Compared as an address.
	// +optional
	// +kubebuilder:validation:MaxLength=39
	// +kubebuilder:validation:XValidation:rule="self.matches('^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}|(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:)))$')",message="must be an IP address such as 192.0.2.7 or 2001:db8::7"
	SANIP string `json:"sanIP,omitempty"`

	// sanEmail is an e-mail address that the certificate has as a subject alternative
	// name. Case counts before the @ only.
	// +optional
	// +kubebuilder:validation:MaxLength=254
	// +kubebuilder:validation:Pattern=`^[!-?A-~]+@[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$`
	SANEmail string `json:"sanEmail,omitempty"`

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
