package v1alpha1

// ServerClientMetadataDocuments says which clients need no OAuthClient: their client ID is
// the https URL of a document that describes them, which the server fetches.
//
// +kubebuilder:validation:XValidation:rule="has(self.hosts) && self.hosts.size() > 0 || has(self.others) && self.others == 'AfterSignIn'",message="clientMetadataDocuments needs hosts, unless others is AfterSignIn"
type ServerClientMetadataDocuments struct {
	// hosts are the hosts whose documents are accepted: up to 64 names in lower case, such
	// as editor.example. A leading "*." stands for one or more whole labels, so
	// *.assistants.example does not include assistants.example. A port other than 443 is
	// part of the host, as in app.example:8443. International names are written as they are sent (xn--...). Those
	// who publish at one of these hosts decide what the client is called and where users are
	// sent, so do not name a host at which anyone may publish. Default: none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Hosts []DocumentHost `json:"hosts,omitempty"`

	// others is Deny (the default) or AfterSignIn: whether the documents of all other hosts
	// are accepted. With AfterSignIn, a user signs in before such a document is fetched,
	// so that unauthenticated requests cannot make the server call any host. Documents of
	// other hosts are fetched from public addresses only, regardless of outbound.networks.
	// Other values are refused.
	// +optional
	Others DocumentsOfOthers `json:"others,omitempty"`

	// scopes are the scopes that these clients may ask for: up to 128 of the server's
	// catalogue (spec.scopes), also restricted ones. One that is not in the catalogue is
	// ignored. Default: none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	Scopes []Scope `json:"scopes,omitempty"`

	// audiences are the resource servers that these clients may request tokens for: up to
	// 128 of the server's catalogue (spec.audiences), also restricted ones, or any if the
	// catalogue has "*". One that is not in the catalogue is ignored. Default: none, and
	// tokens are for the issuer.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	// +kubebuilder:validation:XValidation:rule="self.all(a, a != '*')",message="audiences must be names; * is only for the catalogue"
	Audiences []Audience `json:"audiences,omitempty"`

	// maxDocuments is how many documents each replica keeps, between 2 and 10,000. Those
	// that were used last stay. Each takes up to 16 KiB. Default: 1000.
	// +optional
	// +kubebuilder:default=1000
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=10000
	MaxDocuments int32 `json:"maxDocuments,omitempty"`
}

// DocumentHost is a host name in lower case, optionally with a leading "*." and a port. It is
// no IP address, and its port is not 443, with which no client ID is written.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,4})?$`
// +kubebuilder:validation:XValidation:rule="!self.matches('(^|[.])([0-9]+|0x[0-9a-f]*)(:[0-9]+)?$')",message="a host must be a name, not an IP address"
// +kubebuilder:validation:XValidation:rule="!self.matches(':(443|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})$')",message="the port of a host must not be 443, which is left out, or above 65535"
type DocumentHost string

// DocumentsOfOthers is whether documents of hosts that are not named are accepted.
//
// +kubebuilder:validation:Enum=Deny;AfterSignIn
type DocumentsOfOthers string

// Whether documents of hosts that are not named are accepted.
const (
	DocumentsOfOthersDeny        DocumentsOfOthers = "Deny"
	DocumentsOfOthersAfterSignIn DocumentsOfOthers = "AfterSignIn"
)
