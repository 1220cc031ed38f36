// Package userspec decides which of two OAuthUsers keeps a username or a subject.
//
// It owns the rule as one pure function over the users of a namespace. The
// operator calls it to write conditions and the server whenever it looks a user
// up, so that the two cannot disagree. It does no I/O, takes nothing from a
// status, and knows no passwords (internal/passwords).
package userspec
