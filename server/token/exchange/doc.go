// Package exchange is the grant by which a client exchanges a token that was sent to it for
// one with which it calls others (RFC 8693).
//
// It owns whose tokens count as subjects, and how much of them is left: never more than the
// subject token, the client and the target allow together, but for the scopes that the
// client's own object adds. It does not own whether a token of this server still counts
// (server/tokens), whose key signed another (server/clientauth, server/serviceaccounts) or
// what a client may ask for (server/clients). It stores nothing. server/token calls it.
package exchange
