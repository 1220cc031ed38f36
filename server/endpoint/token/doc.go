// Package token is the token endpoint (RFC 6749 section 3.2).
//
// It parses the request, asks the provider and writes the answer. What a grant
// means is the provider's business.
package token
