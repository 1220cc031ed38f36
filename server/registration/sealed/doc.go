// Package sealed has the clients that register without a token (RFC 7591): nothing is stored,
// since all that such a client registers is sealed in its client ID.
//
// It owns what is sealed (seal.go), what such a client may register (register.go, hosts.go),
// and what one with an ID may do (source.go). It does not own how requests are read
// (server/registration), nor what users are asked (server/authorization). Which clients there
// are, nobody knows: they end together, by the OAuthServer, or each by its age.
package sealed
