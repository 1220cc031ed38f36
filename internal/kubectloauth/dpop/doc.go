// Package dpop makes DPoP proofs (RFC 9449) with a key that lives as long as the command.
//
// It owns the key, the proofs, and sending them with requests of an http.Client, with a nonce
// where the server wants one. It verifies none.
package dpop
