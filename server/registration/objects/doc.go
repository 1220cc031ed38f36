// Package objects registers clients that become OAuthClients (RFC 7591), and lets them manage
// their registration (RFC 7592).
//
// It owns who may register clients in which namespace (caller.go), which OAuthClient the
// metadata describe (spec.go), that the response is sent when every replica accepts the
// client (registrar.go), and what registrants may do with the clients that they registered
// (owned.go, newsecret.go, update.go). It stores one Registration. The operator writes the OAuthClient
// (controllers/registration). It does not own what a namespace may have (internal/clientspec)
// or how a request is read (server/registration).
//
// It has more than 1000 lines and is one package: registering and managing a client share who
// may do so, how long a request waits and what the response says.
package objects
