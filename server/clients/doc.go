// Package clients says what one client of the server may do: which grants, scopes, audiences
// and redirect URIs it has, and which client secrets are its own.
//
// It owns the Client, which the rules of internal/clientspec made of an OAuthClient, or another
// source of a document or a registration. It does not own which client has an ID
// (server/clients/lookup), nor what a request has to show to be a client's (server/clientauth).
package clients
