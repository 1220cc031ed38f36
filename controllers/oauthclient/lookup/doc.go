// Package lookup finds OAuthClients, and what decides about them, in the operator's cache.
//
// It owns the indexes, the inputs of internal/clientspec, and which clients a change of
// another object concerns. It writes nothing and decides nothing; the reconcile of a
// client is that of controllers/oauthclient.
package lookup
