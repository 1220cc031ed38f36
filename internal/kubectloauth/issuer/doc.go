// Package issuer has the flags by which the commands reach an issuer, and the client for
// requests to it.
package issuer
