// Package jwks serves the public signing keys (RFC 7517 section 5).
package jwks
