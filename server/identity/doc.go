// Package identity says what the server knows about a user: the Person, the claims about
// it, and the Source that it comes from.
//
// It knows no source itself. server/identity/local is the one that reads OAuthUsers and
// compares passwords. It does not own sessions, pages or consent.
package identity
