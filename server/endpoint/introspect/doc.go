// Package introspect is the introspection endpoint (RFC 7662).
//
// It parses the request, authenticates the caller and writes what the provider
// says of the token.
package introspect
