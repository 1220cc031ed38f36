package v1alpha1

// ServerGateway is the HTTPRoute of a server.
type ServerGateway struct {
	// parentRefs are the Gateways to which the HTTPRoute attaches. The status of the
	// HTTPRoute says whether they accepted it; the operator does not read it.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	ParentRefs []GatewayReference `json:"parentRefs"`

	// hostnames that the HTTPRoute answers for; "*." may begin one. Default: the host of
	// the issuer.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	Hostnames []GatewayHostname `json:"hostnames,omitempty"`
}

// GatewayHostname is a host name, which "*." may begin.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
type GatewayHostname string

// GatewayReference names a Gateway, or one of its listeners.
type GatewayReference struct {
	// name of the Gateway.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	Name string `json:"name"`

	// namespace of the Gateway, whose listeners must allow routes from the server's
	// namespace. Default: that of the server.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Namespace string `json:"namespace,omitempty"`

	// sectionName is the name of a listener. Default: all that match.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	SectionName string `json:"sectionName,omitempty"`

	// port of a listener, 1 to 65535. Default: any.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port *int32 `json:"port,omitempty"`
}
