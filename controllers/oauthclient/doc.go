// Package oauthclient reconciles OAuthClients.
//
// It owns each client's Secret and status: whether the client is accepted, which
// secret it has, when that is replaced. Every reconcile is a list of steps, one
// file and one condition each; what happens to the secret is decided by a pure
// function (plan.go).
//
// It does not own what a client may do (internal/clientspec), the format of a
// digest (internal/credentials) nor the keys (controllers/oauthserver).
package oauthclient
