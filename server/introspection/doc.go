// Package introspection is the introspection endpoint (RFC 7662).
//
// It owns what a client may know of a token. It does not own whether a token still counts
// (server/tokens) or who asks (server/clientauth).
package introspection
