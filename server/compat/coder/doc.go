// Package coder serves the paths of Coder's OAuth 2.0 provider.
//
// It owns the table of these paths, the form of Coder's API for applications, Coder's names for
// the claims of a user, and which access tokens may end what a user has allowed a client. It
// does not own registrations and client secrets (package registration/objects), what ending a
// consent means (package account), or which tokens are valid (package tokens).
package coder
