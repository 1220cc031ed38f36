package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
)

// ServerDeployment is how the operator runs a server.
type ServerDeployment struct {
	// replicas is how many pods there are, 0 to 100. Default: 2.
	// +optional
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	Replicas *int32 `json:"replicas,omitempty"`

	// image of the server. Default: the image that the operator's flag --server-image
	// names, which is the operator's own in the manifests. Without either:
	// Deployed=False with reason ImageUnknown.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9][A-Za-z0-9._:/@-]*$`
	Image string `json:"image,omitempty"`

	// resources that a pod requests and is limited to. Default: it requests 100m of CPU
	// and 128Mi of memory, and its limit is 512Mi of memory.
	// +optional
	Resources *ServerResources `json:"resources,omitempty"`

	// patches change what the operator renders: Deployment, Service, Ingress,
	// HTTPRoute, NetworkPolicy and PodDisruptionBudget. If a patch does not apply, or
	// makes a change that is not allowed, nothing is changed: Deployed=False with
	// reason PatchRefused.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Patches []DeploymentPatch `json:"patches,omitempty"`
}

// ServerResources are the resources of a pod of a server.
type ServerResources struct {
	// requests are the resources that a pod requests, such as cpu and memory.
	// +optional
	// +kubebuilder:validation:MaxProperties=8
	Requests map[corev1.ResourceName]ResourceQuantity `json:"requests,omitempty"`

	// limits are the most that a pod may use, such as cpu and memory.
	// +optional
	// +kubebuilder:validation:MaxProperties=8
	Limits map[corev1.ResourceName]ResourceQuantity `json:"limits,omitempty"`
}

// ResourceQuantity is how much of a resource: a string such as "2", "100m" or "1.5Gi".
// Kubernetes' own pattern also takes exponents, some of which no program can expand.
//
// +kubebuilder:validation:MaxLength=18
// +kubebuilder:validation:Pattern=`^[0-9]{1,12}(\.[0-9]{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$`
type ResourceQuantity string

// DeploymentPatch changes one of the objects that the operator renders.
type DeploymentPatch struct {
	// target is what the patch is for.
	// +required
	Target PatchTarget `json:"target"`

	// patch is the text of a strategic merge patch, or of a list of operations (RFC
	// 6902), in YAML or JSON. A strategic merge patch may omit apiVersion, kind and
	// metadata.name.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=16384
	Patch string `json:"patch"`
}

// PatchTarget names an object that the operator renders.
type PatchTarget struct {
	// group of the kind, such as apps. Default: any.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9.-]*$`
	Group string `json:"group,omitempty"`

	// version of the kind, such as v1. Default: any.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]*$`
	Version string `json:"version,omitempty"`

	// kind of the object, such as Deployment.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Za-z]+$`
	Kind string `json:"kind"`

	// name of the object. Default: any; there is one of each kind.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9.-]*$`
	Name string `json:"name,omitempty"`
}

// ServerTLS is the certificate with which the pods serve https themselves.
type ServerTLS struct {
	// secretName names a Secret of type kubernetes.io/tls next to the server. Until it
	// exists, pods wait for it. It is read again when it changes.
	//
	// Certificates under its key ca.crt, which cert-manager writes for a private
	// authority, are copied to the Secrets of clients within 30 seconds, as ca.crt. If
	// the certificate names the Service, <name>-oauth.<namespace>.svc, these Secrets
	// also get the internal endpoints; otherwise they have none.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	SecretName string `json:"secretName"`
}

// ServerClientCertificates is how clients with certificates reach the server.
type ServerClientCertificates struct {
	// host is where these clients reach the port https-mtls of the Service (http-mtls
	// without tls): a host name or an address, with a port if it is not 443. It must
	// differ from the host and port of the issuer in more than case. The discovery
	// document lists the endpoints there, below the path of the issuer, as
	// mtls_endpoint_aliases (RFC 8705 section 5). It is up to you that the name leads
	// there; exposure does not.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=259
	// +kubebuilder:validation:Pattern=`^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?$`
	Host string `json:"host"`

	// header is where a proxy that terminates TLS for host passes the certificate of the
	// client. It is accepted at the port https-mtls or http-mtls, from
	// http.trustedProxies, and ignored otherwise. The proxy must make sure that the
	// client has the private key, and must replace a header that the client sent. Which
	// authority issued the certificate is checked by the server. Default: none; clients
	// present the certificate to the pods, so TLS must not be terminated in front of
	// them.
	// +optional
	Header *ClientCertificateHeader `json:"header,omitempty"`

	// caRef names a Secret whose key ca.crt has the certificates of the authorities
	// whose certificates are accepted from clients with method tls_client_auth, in PEM.
	// Default: none; only certificates that are registered by their thumbprint are
	// accepted. If the Secret is missing, or has no certificate there, nothing is
	// deployed: Deployed=False with reason SecretNotUsable. Replicas read it again when
	// it changes.
	// +optional
	CARef *ServerSecretReference `json:"caRef,omitempty"`
}

// ClientCertificateHeader is the header in which a proxy passes the certificate of a client.
type ClientCertificateHeader struct {
	// name of the header, such as Client-Cert: letters, digits and hyphens.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`
	Name string `json:"name"`

	// format of the header. RFC9440 is a byte sequence between colons, and the
	// authorities in between are in the header <name>-Chain. XFCC is Envoy's: one element
	// with Cert, and perhaps Chain. PEM may be URL-encoded, as by nginx, or have spaces
	// instead of line breaks, as by Apache. DER is base64, as by HAProxy and Traefik, and
	// commas separate several. Each of several certificates must be signed by the next. A
	// header in any other form, or two headers, are answered with invalid_request.
	// +required
	Format ClientCertificateFormat `json:"format"`
}

// ClientCertificateFormat is how a certificate is written into a header.
//
// +kubebuilder:validation:Enum=RFC9440;XFCC;PEM;DER
type ClientCertificateFormat string

// Formats of certificates in headers.
const (
	ClientCertificateRFC9440 ClientCertificateFormat = "RFC9440"
	ClientCertificateXFCC    ClientCertificateFormat = "XFCC"
	ClientCertificatePEM     ClientCertificateFormat = "PEM"
	ClientCertificateDER     ClientCertificateFormat = "DER"
)

// ServerSecretReference names a Secret in the server's namespace.
type ServerSecretReference struct {
	// name of the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	Name string `json:"name"`
}

// ServerExposure is how browsers and programs outside the cluster reach a server.
//
// +kubebuilder:validation:XValidation:rule="has(self.ingress) != has(self.gateway)",message="exactly one of ingress and gateway is needed"
type ServerExposure struct {
	// ingress exposes the server by an Ingress. Exactly one of ingress and gateway is
	// needed.
	// +optional
	Ingress *ServerIngress `json:"ingress,omitempty"`

	// gateway exposes the server by an HTTPRoute of the Gateway API. If the cluster
	// does not have this kind, nothing is changed: Deployed=False with reason
	// GatewayAPINotInstalled.
	// +optional
	Gateway *ServerGateway `json:"gateway,omitempty"`
}

// ServerIngress is the Ingress of a server.
type ServerIngress struct {
	// className is the IngressClass. Default: that of the cluster.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	ClassName string `json:"className,omitempty"`

	// host that the Ingress answers for. Default: the host of the issuer.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	Host string `json:"host,omitempty"`

	// tlsSecretName names the Secret with the certificate for the host. Default: the
	// one that the controller of the IngressClass uses.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	TLSSecretName string `json:"tlsSecretName,omitempty"`
}

// ReplicasStatus is how many replicas there are.
type ReplicasStatus struct {
	// desired is how many replicas there should be.
	// +required
	Desired int32 `json:"desired"`
	// ready is how many replicas are ready.
	// +required
	Ready int32 `json:"ready"`
}

// InventoryEntry names an object that the operator created for a server, in the same
// namespace unless its kind is cluster-scoped.
type InventoryEntry struct {
	// group of the kind; empty for the core group.
	// +optional
	// +default=""
	Group string `json:"group"`
	// kind of the object, such as Deployment.
	// +required
	Kind string `json:"kind"`
	// name of the object itself.
	// +required
	Name string `json:"name"`
}
