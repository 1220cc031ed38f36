// Package logout is the end session endpoint (OpenID Connect RP-Initiated Logout 1.0).
//
// It parses the request and asks server/authorization.
package logout
