package v1alpha1

// RedirectSource names an object in the client's namespace whose hosts make redirect
// URIs: "https://<host><path>", or "http://localhost<path>" for the host localhost.
type RedirectSource struct {
	// kind is Ingress (networking.k8s.io/v1; the hosts of spec.rules) or HTTPRoute
	// (gateway.networking.k8s.io/v1; spec.hostnames). If the cluster does not have this
	// kind, RedirectURIsResolved=False with reason RedirectKindNotInstalled, and the
	// operator checks again within 15 seconds.
	// +required
	Kind RedirectSourceKind `json:"kind"`

	// name of the object, in the namespace of the client. One that does not exist gives
	// RedirectURIsResolved=False with reason RedirectSourceNotFound, one without a host
	// that can be used RedirectSourceWithoutHosts. Wildcard hosts make no redirect URI.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`

	// path of the redirect URIs, such as /callback, with a query if the application has
	// one. It begins with a slash; characters that a URI cannot hold are
	// percent-encoded. Other values are refused.
	// +required
	Path RedirectPath `json:"path"`

	// postLogoutPath, if set, makes post-logout redirect URIs of the same hosts.
	// +optional
	PostLogoutPath RedirectPath `json:"postLogoutPath,omitempty"`
}

// RedirectSourceKind is a kind of object that has hosts.
//
// +kubebuilder:validation:Enum=Ingress;HTTPRoute
type RedirectSourceKind string

// Kinds of objects that have hosts.
const (
	RedirectSourceIngress   RedirectSourceKind = "Ingress"
	RedirectSourceHTTPRoute RedirectSourceKind = "HTTPRoute"
)

// RedirectPath is what follows the host in a redirect URI.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:Pattern=`^/([!$&'()+,./0-9:;=?@A-Z_a-z~-]|%[0-9A-Fa-f]{2})*$`
type RedirectPath string
