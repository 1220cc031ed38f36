// Package identity knows who the users are and whether somebody is one of them.
//
// It owns the lookup of an OAuthUser by name or subject, from local copies, through
// the same rule that the operator uses (internal/userspec); what applications may
// learn of a user; and how often a password may be tried. It writes nothing and
// makes no request: attempts are counted in memory, per replica. It does not own
// sessions, pages or consent, nor which hashes count (internal/passwords).
package identity
