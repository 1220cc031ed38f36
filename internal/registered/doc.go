// Package registered is what the server and the operator agree on about clients that
// registered themselves as objects (RFC 7591): how a Registration says what the OAuthClient
// is made of, how it is sealed, and what the OAuthClient is called.
//
// It does not own who may register which client (server/registration), where Registrations are
// kept (server/storage/registrations), or when an OAuthClient is written
// (controllers/registration).
package registered
