// Package handover says what a server hands over to the operator in a Connection: the
// authorization code that a provider gave a person for an OAuthToken, and what is needed to
// redeem it.
//
// It owns the form of the payload and what it is bound to. It does not own the keys
// (internal/credentials), who may authorize an OAuthToken (server/connect), or when a code is
// redeemed (controllers/connection).
package handover
