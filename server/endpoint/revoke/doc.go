// Package revoke is the revocation endpoint (RFC 7009).
//
// It parses the request, authenticates the caller and answers 200 only when the
// provider has stored the revocation or there is nothing to revoke.
package revoke
