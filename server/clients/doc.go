// Package clients turns OAuthClients into the clients of the server.
//
// It owns the lookup of a client by its ID, from local copies, through the same
// pure rules that the operator uses (internal/clientspec): a client that these
// rules refuse does not exist here. It takes nothing from a status but digests
// that verify, redirect URIs whose seal does, and the binding of a client that names no
// server. It compares a client secret with the digests, but does not own what a request has
// to show to be a client's (server/clientauth).
//
// It has more than 900 lines and is one package: what a client may ask for depends on the
// same copies, policies and resources as whether it exists.
package clients
