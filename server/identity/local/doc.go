// Package local is the source of the users that OAuthUsers declare.
//
// It owns the lookup of an OAuthUser by name or subject, from local copies, through
// the same rule that the operator uses (internal/userspec); what an OAuthUser says of the
// user; and which password counts, the administrator's or the user's own, for which it makes a
// live read as soon as one OAuthUser may have one. It writes nothing. It does not own how often a password may be
// tried (server/identity/guesses), which hashes are valid (internal/passwords), nor what
// applications may learn (server/identity).
package local
