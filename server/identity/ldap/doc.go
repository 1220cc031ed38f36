// Package ldap recognizes the users of a directory (RFC 4511), and asks it later whether they
// still are its users.
//
// It owns the connections to a directory, how an entry is searched and what an entry says:
// the ID of an account, its groups, and whether it is disabled. It does not own how often a
// password may be tried (server/identity/directories), which groups are taken over
// (server/identity/accounts), nor where passwords of the directory are kept.
package ldap
