package v1alpha1

// SecretSource is where a client secret comes from that the operator does not create.
type SecretSource struct {
	// name of the Secret, in the client's namespace; never the one that the operator
	// writes. Until it exists: CredentialsReady=False, reason SecretSourceNotFound. A
	// Secret of a type of Kubernetes other than Opaque and kubernetes.io/basic-auth, of
	// Helm, or with the keys or passwords of an OAuthServer: reason
	// SecretSourceRefused.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`

	// key in the Secret's data. Its value has 32 to 512 characters of printable ASCII
	// without spaces; any other value gives reason SecretSourceRefused. Credentials
	// that authenticated before still do.
	// +required
	Key SecretKey `json:"key"`
}

// SecretTemplate adds to the Secret that the operator writes.
//
// +kubebuilder:validation:XValidation:rule="(has(self.data) ? self.data.map(k, size(self.data[k])).sum() : 0) + (has(self.metadata) && has(self.metadata.annotations) ? self.metadata.annotations.map(k, size(self.metadata.annotations[k])).sum() : 0) <= 16384",message="data and metadata.annotations must have at most 16384 characters together"
type SecretTemplate struct {
	// type of the Secret. Default: Opaque. Immutable, and cannot be set or removed
	// later, because the type of a Secret cannot change. Types of Kubernetes and of
	// Helm are refused.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$`
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([^/]*[.])?(kubernetes[.]io|k8s[.]io|helm[.]sh)(/|$)')",message="type must be Opaque or a type of your own; those of kubernetes.io, k8s.io and helm.sh mean something to other programs"
	Type string `json:"type,omitempty"`

	// metadata has labels and annotations for the Secret.
	// +optional
	Metadata SecretTemplateMetadata `json:"metadata,omitzero"`

	// data has more keys for the Secret, each with a Go template (text/template) of its
	// value; at most 32, of at most 8192 characters each and, together with the
	// annotations, 16384 in all. Values: .clientID, .clientSecret,
	// .issuer, .authorizationEndpoint, .tokenEndpoint, .userinfoEndpoint,
	// .endSessionEndpoint, .introspectionEndpoint, .revocationEndpoint, .jwksURI,
	// .pushedAuthorizationRequestEndpoint, .deviceAuthorizationEndpoint,
	// .internalTokenEndpoint, .internalIntrospectionEndpoint, .internalJWKSURI and
	// .caCertificate, which are empty if the Secret has none, .namespace and .name of
	// the client, and the lists .redirectURIs and .scopes. Functions: b64enc, urlquery,
	// toJson, quote, join (a list and a separator), and, or, not, eq, ne. There is no
	// range, define, template nor block. A template that is wrong, a key that
	// secret.keys uses, and a result beyond 64 KiB: CredentialsReady=False, reason
	// TemplateRefused; the Secret is left as it is.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	Data map[string]SecretTemplateText `json:"data,omitempty"`
}

// SecretTemplateMetadata is metadata for the Secret. Keys of grantor.dev, of
// Kubernetes (kubernetes.io, k8s.io, with app.kubernetes.io) and those by which Argo
// CD, Flux, kustomize and Helm track what they applied are refused: reason
// TemplateRefused.
type SecretTemplateMetadata struct {
	// labels for the Secret. Those that others set stay.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	Labels map[string]SecretTemplateLabel `json:"labels,omitempty"`

	// annotations for the Secret. Those that others set stay.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	Annotations map[string]SecretTemplateAnnotation `json:"annotations,omitempty"`
}

// SecretTemplateText is a Go template of a value in a Secret.
//
// +kubebuilder:validation:MaxLength=8192
type SecretTemplateText string

// SecretTemplateLabel is the value of a label.
//
// +kubebuilder:validation:MaxLength=63
type SecretTemplateLabel string

// SecretTemplateAnnotation is the value of an annotation.
//
// +kubebuilder:validation:MaxLength=4096
type SecretTemplateAnnotation string

// BindingStatus makes an OAuthClient a Provisioned Service (servicebinding.io).
type BindingStatus struct {
	// name of the Secret to bind, in the client's namespace.
	// +required
	Name string `json:"name"`
}
