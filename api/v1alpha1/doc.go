// Package v1alpha1 holds the kinds that people write: OAuthClient,
// OAuthClientPolicy, OAuthResource, OAuthServer and OAuthUser, their conditions and reasons, and
// the labels, annotations and Secret keys that other programs may rely on.
//
// It owns the shape and the admission rules (schema and CEL) of these kinds. It
// does not own what a client may do on its server (internal/clientspec), which of
// two users keeps a name (internal/userspec) nor what the server stores
// (api/session/v1alpha1). It imports apimachinery and core/v1 only, so that any program
// can import it. It is one package of some 40 files because a Kubernetes API group and version is
// one Go package by convention: scheme, deep copies and the CRDs are made from it.
//
// +kubebuilder:object:generate=true
// +groupName=oauth.grantor.dev
package v1alpha1
