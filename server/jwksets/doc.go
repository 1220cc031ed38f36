// Package jwksets fetches the public keys that clients and trusted issuers publish at a URL
// (RFC 7517).
//
// It owns which keys of a set are used, how long a set is kept and how often it is
// fetched, and how an issuer says where its keys are. The URL is a tenant's or an
// administrator's: what limits a call is for internal/outbound. It is called only for a
// client that exists and an assertion that could be the client's (server/clientauth), and
// never for a URL in a token.
package jwksets
