// Package sealed has the clients that register without a token (RFC 7591). Nothing is stored:
// everything that such a client registers is sealed in its client ID.
//
// It owns what is sealed (seal.go), what such a client may register (register.go, hosts.go),
// and what the client of an ID may do (source.go). It does not own how requests are read
// (server/registration), nor what users are asked (server/authorization). It does not know
// which clients exist: they end together, by a setting of the OAuthServer, or individually
// because of their age.
package sealed
