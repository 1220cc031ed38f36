// Package jwksets fetches the public keys that clients publish at a URL (RFC 7517).
//
// The URL is a tenant's, so that this is where the server could be made to call
// somebody: it owns which addresses it connects to, how much it reads, how long it waits
// and how often it asks. It is called only for a client that exists and an assertion that
// could be the client's (server/clientauth), and never for a URL in a token.
package jwksets
