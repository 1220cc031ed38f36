// Package ldap authenticates the users of a directory (RFC 4511), and asks the directory later
// whether they are still its users.
//
// It owns the connections to a directory, the search for an entry and the meaning of an entry:
// the ID of an account, its groups, and whether it is disabled. It does not own how often a
// password may be tried (server/identity/directories), which groups are taken over
// (server/identity/accounts), or where passwords of the directory are kept.
package ldap
