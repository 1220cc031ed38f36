package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthClientStatus is what the operator reports about a client.
type OAuthClientStatus struct {
	// observedGeneration is the generation of the spec that this status describes; -1
	// until the operator has written one.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// clientID is the client ID by which the server knows the client.
	// +optional
	ClientID string `json:"clientID,omitempty"`

	// issuer is the issuer URL of the client's server (RFC 8414 section 2).
	// +optional
	Issuer string `json:"issuer,omitempty"`

	// serverRef is the server that the client is bound to. A client that was bound
	// by default stays with its server when another one becomes the default.
	// +optional
	ServerRef *ServerReference `json:"serverRef,omitempty"`

	// secretName is the Secret that holds the credentials.
	// +optional
	SecretName string `json:"secretName,omitempty"`

	// credentials are the digests of the secrets that authenticate, newest first.
	// A digest is useless without the server's keys and for any other client.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	Credentials []CredentialStatus `json:"credentials,omitempty"`

	// nextRotation is when spec.secret.rotation.interval replaces the client secret;
	// unset without it.
	// +optional
	NextRotation *metav1.Time `json:"nextRotation,omitempty"`

	// binding names the Secret for the Service Binding specification
	// (servicebinding.io, Provisioned Service).
	// +optional
	Binding *BindingStatus `json:"binding,omitempty"`

	// redirectURIs are those that spec.redirectURIsFrom makes and the server's policies
	// allow, sorted; they are valid in addition to spec.redirectURIs.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=2048
	RedirectURIs []string `json:"redirectURIs,omitempty"`

	// postLogoutRedirectURIs are those that spec.redirectURIsFrom makes and the
	// server's policies allow, sorted; they are valid in addition to
	// spec.postLogoutRedirectURIs.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=2048
	PostLogoutRedirectURIs []string `json:"postLogoutRedirectURIs,omitempty"`

	// redirectURIsSeal shows that the operator wrote redirectURIs and
	// postLogoutRedirectURIs for this client. The server ignores both if it does not
	// verify.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	RedirectURIsSeal string `json:"redirectURIsSeal,omitempty"`

	// conditions are Accepted, CredentialsReady, Served and Ready, RedirectURIsResolved
	// if spec.redirectURIsFrom is set, and Reconciling or Stalled while they are true.
	// Ready=True means that the credentials in the Secret authenticate at every ready
	// replica of the server and, for a client that signs users in, that it has a
	// redirect URI.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// CredentialStatus is the digest of one client secret.
type CredentialStatus struct {
	// digest is a keyed digest of the client's UID and the secret, with the id of
	// its key and a seal over this entry. The server ignores an entry whose seal
	// does not verify.
	// +required
	// +kubebuilder:validation:MaxLength=256
	Digest string `json:"digest"`

	// createdAt is when the secret was created.
	// +required
	CreatedAt metav1.Time `json:"createdAt"`

	// rotationRequestedAt is the spec.secret.rotation.requestedAt that was fulfilled
	// when the secret was created.
	// +optional
	RotationRequestedAt *metav1.Time `json:"rotationRequestedAt,omitempty"`

	// expiresAt is when the secret stops working; unset for the current one.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}
