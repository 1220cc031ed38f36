// Package registration is the client registration endpoint (RFC 7591).
//
// It owns what programs may say of themselves (read.go), what they are answered
// (response.go), and who registers a client: a Registrar for requests with a token, another
// for those without (endpoint.go). It does not own what such a client is: one of a request
// without a token is sealed in its client ID (server/registration/sealed).
package registration
