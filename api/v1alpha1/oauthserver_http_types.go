package v1alpha1

// ServerHTTP is about the requests that the server gets.
type ServerHTTP struct {
	// trustedProxies are the proxies whose X-Forwarded-For tells where a request comes
	// from: up to 64 addresses and networks, such as those of the ingress controller or
	// of the load balancer. Default: none, and the address of a request is that of the
	// connection. Behind a proxy that is not named here, all users share its address.
	// Where exposure says that there is such a proxy, wrong passwords are then not
	// limited by address, and AddressesKnown is False with reason NoTrustedProxy. A
	// sender in a network that is named here can claim any address, so do not name a
	// network that other pods are in, such as the pod network of the cluster. Replicas
	// apply changes at once. The flag --trusted-proxies of a server that you run
	// yourself takes precedence.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	TrustedProxies []Network `json:"trustedProxies,omitempty"`

	// dpopNonce is Offer (the default) or Require: whether DPoP proofs must have a nonce of
	// the server (RFC 9449 section 8). Every answer to a proof has one, in the header
	// DPoP-Nonce. With Offer, a proof without a nonce is accepted if its iat is at most 60
	// seconds old, so a proof that an attacker has made another program sign for later is of
	// use then. With Require, a proof without a nonce of the last minute is answered with
	// use_dpop_nonce, and the client repeats the request. Replicas apply changes at once.
	// Other values are refused.
	// +optional
	DPoPNonce DPoPNonce `json:"dpopNonce,omitempty"`
}

// DPoPNonce is whether DPoP proofs must have a nonce of the server.
//
// +kubebuilder:validation:Enum=Offer;Require
type DPoPNonce string

// Whether DPoP proofs must have a nonce of the server.
const (
	DPoPNonceOffer   DPoPNonce = "Offer"
	DPoPNonceRequire DPoPNonce = "Require"
)

// ServerOutbound is about the requests that the server sends for clients: to fetch keys
// (authentication.jwksURI, and spec.trustedIssuers) and metadata documents
// (clientMetadataDocuments), and to notify them that a user signed out (logout.backchannelURI).
type ServerOutbound struct {
	// networks are up to 64 addresses and networks that the server may call in addition
	// to its defaults. By default, it fetches keys from public addresses, and sends
	// logout notices to public addresses and to Services of the client's own namespace;
	// it calls loopback, link-local and metadata addresses only if they are named here.
	// Default: none. Every owner of a client can make the server send requests to what is
	// named here. Replicas apply changes at once.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Networks []Network `json:"networks,omitempty"`

	// caRef names a Secret whose key ca.crt has the certificates of authorities, in
	// PEM, that the server trusts in addition to the public ones when it fetches keys,
	// sends logout notices and sends traces. Default: the public ones in the image.
	// Needs deployment. If the Secret is missing, or has no certificate there, nothing
	// is deployed: Deployed=False with reason SecretNotUsable. A pod reads it when it
	// starts.
	// +optional
	CARef *ServerSecretReference `json:"caRef,omitempty"`
}

// Network is an IP address, such as 192.0.2.7 or 2001:db8::7, or a network in CIDR
// notation, such as 192.0.2.0/24. A network of all addresses (/0) is refused.
//
// +kubebuilder:validation:MaxLength=43
// +kubebuilder:validation:XValidation:rule="self.matches('^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}(/([1-9]|[12][0-9]|3[0-2]))?|(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))(/([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?)$')",message="must be an IP address such as 192.0.2.7, or a network such as 192.0.2.0/24 that is smaller than all addresses"
type Network string

// LogLevel is the lowest level that is logged.
//
// +kubebuilder:validation:Enum=debug;info;warn;error
type LogLevel string

// Levels of the log.
const (
	LogLevelDebug LogLevel = "debug"
	LogLevelInfo  LogLevel = "info"
	LogLevelWarn  LogLevel = "warn"
	LogLevelError LogLevel = "error"
)

// ServerTelemetry says where the server sends traces.
type ServerTelemetry struct {
	// traces are where traces are sent. Default: there are none.
	// +optional
	Traces *ServerTraces `json:"traces,omitempty"`
}

// ServerTraces are where traces are sent.
type ServerTraces struct {
	// endpoint is the URL of an OpenTelemetry collector (OTLP over HTTP), such as
	// http://collector.observability:4318: http or https, with a host and without user
	// information, query and fragment. Without a path, spans are sent to /v1/traces. If
	// the collector does not answer, spans are lost and the server logs a line; nothing
	// else is affected.
	// +required
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^https?://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))\\\\])(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/[A-Za-z0-9._~/-]*)?$')",message="must be an http or https URL such as http://collector.observability:4318, without user information, query and fragment"
	Endpoint string `json:"endpoint"`

	// samplingRatio is the part of the traces that are sent, between "0" and "1", with up
	// to six decimals, as a string such as "0.1". Default: "1", all of them.
	// +optional
	// +kubebuilder:default="1"
	// +kubebuilder:validation:MaxLength=8
	// +kubebuilder:validation:Pattern=`^(0([.][0-9]{1,6})?|1([.]0{1,6})?)$`
	SamplingRatio string `json:"samplingRatio,omitempty"`
}
