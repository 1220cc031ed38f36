// Package token is the token endpoint (RFC 6749 section 3.2).
//
// It owns the phases of a token request (token.go), what a grant is (grant.go) with one
// file for each, and what fosite is asked for (fosite.go, the only file that knows it). It
// does not own who the client is (server/clientauth), what tokens say (server/tokens), or
// how authorizations are stored (server/storage/grants) and begun (server/authorization).
//
// It has 13 files: a grant is one file, and all of them use what one request has found out so
// far, which nothing else may see.
package token
