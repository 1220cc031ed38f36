// Package subjects owns by which sub a client knows a person, and how to recognise the
// person by it.
//
// Inside the server a person is always the real subject (server/identity): in codes,
// Grants, Logins and Consents. Only what a client is told, and what it sends back, goes
// through this package, from server/provider and server/authorization.
package subjects
