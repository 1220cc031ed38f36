// Package registration is the client registration endpoint (RFC 7591).
//
// It owns what programs may say about themselves (read.go), the response (response.go), and
// which Registrar registers a client: one for requests with a token, another for requests
// without (endpoint.go). It does not own what becomes of a client: without a token, it is
// sealed in its client ID (server/registration/sealed), with a token, it becomes an OAuthClient
// (server/registration/objects).
package registration
