// Package local is the source of the users that OAuthUsers declare.
//
// It owns the lookup of an OAuthUser by name or subject, from local copies, through
// the same rule that the operator uses (internal/userspec); what an OAuthUser says of the
// user; and how often a password may be tried. It writes nothing and makes no request:
// attempts are counted in memory, per replica. It does not own which hashes are valid
// (internal/passwords), nor what applications may learn (server/identity).
package local
