// Package exchange is the grant with which a client exchanges a token that was sent to it for a
// token to call other services with (RFC 8693).
//
// It owns which tokens are accepted as subject tokens, and what the new token may do: never
// more than the subject token, the client and the target all allow, except for the scopes that
// the client's own object adds. It does not own whether a token of this server is still valid
// (server/tokens), whose key signed another (server/clientauth, server/serviceaccounts) or what
// a client may ask for (server/clients). It stores nothing. server/token calls it.
package exchange
