// Package directories lets users sign in with a password that a directory compares.
//
// It owns how often the password of an account may be tried at a directory, which locks
// accounts that are tried too often, and which browsers are known for an account. It does not own
// the protocol of a directory (server/identity/ldap), nor what becomes of an account
// (server/identity/accounts).
package directories
