// Package authorize is the authorization endpoint (RFC 6749 section 3.1).
//
// It parses the request and asks server/authorization. What it means is not its
// business.
package authorize
