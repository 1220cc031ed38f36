// Package oauthclient reconciles OAuthClients.
//
// It owns each client's Secret and status: a reconcile reads every fact once (gather), lets
// pure packages decide, and writes in an order that survives a crash between any two writes
// (writes.go). It does not own what a client may do (internal/clientspec), what happens to the
// client secret (secret), what the Secret says (manifest), which redirect URIs hosts make
// (redirects), which clients a change concerns (lookup), nor the keys (controllers/oauthserver).
//
// It is one package, because each file is one step of that order, and the steps share what one
// pass has found out; turn.go decides whether a pass has to wait.
package oauthclient
