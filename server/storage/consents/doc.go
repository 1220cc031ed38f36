// Package consents remembers what people have allowed clients: one Consent object for
// each person and client, whose name is a keyed digest of both.
//
// It does not decide when a person is asked (server/authorization).
package consents
