// Package clientauth finds out which client sent a request (RFC 6749 section 2.3): by a
// secret in the header or in the body, a signed assertion, the token of a ServiceAccount
// or of a workload elsewhere, or a certificate.
//
// It owns what counts as a client's credentials, and that nothing can be learned from a
// refusal. It does not own which clients exist (server/clients/lookup), how assertions are
// parsed (server/assertions), or what a client may do once it is known: the endpoints for
// tokens, introspection and revocation call it and decide that.
package clientauth
