// Package ways says how a user can sign in: with a password of an OAuthUser, with that of a
// directory, or at a provider to which the browser is sent.
//
// It owns which of them a client lets in, which one needs no choice, and what the sign-in page
// shows of them. It decides from what it is given: providers are found by
// server/identity/providers, and asked by server/authorization.
package ways
