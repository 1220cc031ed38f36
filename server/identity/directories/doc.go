// Package directories lets users sign in with a password that a directory compares.
//
// It owns how often the password of an account may be tried at a directory, which locks accounts
// after too many tries, and which browsers are known for an account. It does not own the
// protocol of a directory (server/identity/ldap), or the meaning of an account
// (server/identity/accounts).
package directories
