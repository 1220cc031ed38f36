// Package consents remembers what users have allowed clients: one Consent object for
// each user and client, whose name is a keyed digest of both.
//
// It does not decide when a user is asked (server/authorization).
package consents
