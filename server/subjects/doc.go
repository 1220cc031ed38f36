// Package subjects owns by which sub a client knows a user, and how to recognise the user
// by it.
//
// Inside the server a user is always the real subject (server/identity): in codes, Grants,
// Logins and Consents. Only what a client learns, and what it sends back, goes through
// this package, from server/tokens, server/authorization and server/backchannel.
package subjects
