// Package check gets a token from an authorization server as an application does that
// mounted its Secret, and verifies it as a resource server does: discovery, keys,
// client_credentials, signature, introspection. cmd/grantor and helm test use it.
//
// It sends only requests that any client may send and knows neither Kubernetes nor this
// project's server. No sentence of it contains a secret or a token.
package check
