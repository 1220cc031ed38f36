// Package lookup finds the client of a client ID.
//
// It owns the Registry of OAuthClients, which decides from local copies, through the same
// pure rules that the operator uses (internal/clientspec): a client that these rules refuse
// does not exist here. It takes nothing from a status but digests that verify, redirect URIs
// whose seal does, and the binding of a client that names no server. It also owns the order in
// which the other sources of clients are asked (Chain). It does not own these sources
// (server/clientdocuments, server/registration/sealed), nor what a client may do
// (server/clients).
package lookup
