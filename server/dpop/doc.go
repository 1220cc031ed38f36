// Package dpop verifies DPoP proofs (RFC 9449), by which a request shows that its sender has
// a key.
//
// It owns what a proof must say, the nonces that the server gives for proofs, and which
// proofs were seen. It does not own what is bound to a key (server/token,
// server/storage/grants) or which clients need one (server/tokens). It stores nothing.
package dpop
