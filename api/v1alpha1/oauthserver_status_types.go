package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthServerStatus is what the operator reports about a server.
type OAuthServerStatus struct {
	// observedGeneration is the generation of the spec that this status describes; -1
	// until the operator has seen the server.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// endpoints are the URLs that the server answers at.
	// +optional
	Endpoints *ServerEndpoints `json:"endpoints,omitempty"`

	// internal are the URLs of the server's Service, for pods of this cluster: they
	// work before the host name of the issuer does. Unset without spec.deployment, and
	// with spec.tls while the certificate does not name the Service,
	// <name>-oauth.<namespace>.svc. The Secrets of clients also hold them.
	// +optional
	Internal *InternalEndpoints `json:"internal,omitempty"`

	// certificateAuthorities are the certificates under the key ca.crt of the Secret
	// that spec.tls names (PEM). The Secrets of clients also hold them. Unset without
	// spec.tls, and while there are none, as with a certificate of a public authority.
	// +optional
	// +kubebuilder:validation:MaxLength=65536
	CertificateAuthorities string `json:"certificateAuthorities,omitempty"`

	// keys are the keys in the key Secret. If a key that is listed here is missing
	// there, the server is Stalled, unless its retireAt has passed: restore the Secret
	// from a backup.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=64
	Keys []KeyStatus `json:"keys,omitempty"`

	// nextKeyRotation is when the next signing key takes over; unset while none is
	// planned, such as before the first keys exist.
	// +optional
	NextKeyRotation *metav1.Time `json:"nextKeyRotation,omitempty"`

	// sessions is how many session objects there are; unset while there are none.
	// +optional
	Sessions *SessionsStatus `json:"sessions,omitempty"`

	// replicas is how many replicas there are; unset without spec.deployment.
	// +optional
	Replicas *ReplicasStatus `json:"replicas,omitempty"`

	// inventory names the objects that the operator created for spec.deployment and has
	// not deleted yet.
	// +optional
	// +listType=map
	// +listMapKey=group
	// +listMapKey=kind
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	Inventory []InventoryEntry `json:"inventory,omitempty"`

	// conditions are KeysReady and Ready, Default while spec.default is true, Deployed
	// while spec.deployment is set, and Reconciling or Stalled while they are true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// ServerEndpoints are the URLs of a server, named as in RFC 8414 section 2.
type ServerEndpoints struct {
	// discovery is the OpenID Connect discovery document.
	// +optional
	Discovery string `json:"discovery,omitempty"`
	// authorization is the authorization endpoint (RFC 6749 section 3.1).
	// +optional
	Authorization string `json:"authorization,omitempty"`
	// token is the token endpoint.
	// +optional
	Token string `json:"token,omitempty"`
	// introspection is the introspection endpoint (RFC 7662).
	// +optional
	Introspection string `json:"introspection,omitempty"`
	// revocation is the revocation endpoint (RFC 7009).
	// +optional
	Revocation string `json:"revocation,omitempty"`
	// userinfo is the userinfo endpoint (OpenID Connect Core 1.0 section 5.3).
	// +optional
	Userinfo string `json:"userinfo,omitempty"`
	// deviceAuthorization is where devices begin (RFC 8628).
	// +optional
	DeviceAuthorization string `json:"deviceAuthorization,omitempty"`
	// endSession is where applications send users to sign out (OpenID Connect
	// RP-Initiated Logout 1.0).
	// +optional
	EndSession string `json:"endSession,omitempty"`
	// jwks is where the public signing keys are (RFC 7517).
	// +optional
	JWKS string `json:"jwks,omitempty"`
	// pushedAuthorizationRequest is the pushed authorization request endpoint (RFC 9126).
	// +optional
	PushedAuthorizationRequest string `json:"pushedAuthorizationRequest,omitempty"`
}

// InternalEndpoints are the URLs that pods of the cluster can use instead of the public
// ones. Tokens name the issuer, whichever URL they were requested from.
type InternalEndpoints struct {
	// token is the token endpoint.
	// +required
	Token string `json:"token"`
	// introspection is the introspection endpoint (RFC 7662).
	// +required
	Introspection string `json:"introspection"`
	// jwks is where the public signing keys are (RFC 7517).
	// +required
	JWKS string `json:"jwks"`
}
