// Package accounts decides what the account of a user at an identity provider means here: the
// subject, the username, the groups and the other claims, and whether the user is let in.
//
// It is pure: it reads nothing and asks nobody. The rules are those of the
// OAuthIdentityProvider. It does not know protocols (server/identity/upstream) and does not
// store anything (server/storage/persons).
package accounts
