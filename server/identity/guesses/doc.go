// Package guesses bounds how often passwords may be tried, wherever they are compared.
//
// It owns the limits of failed attempts, per user, address and known browser, and the queue of
// attempts whose password is to be compared. Both are kept in memory, per replica. It does not
// own who a user is, or how a password is compared: server/identity/local hashes it, and
// server/identity/directories has a directory compare it.
package guesses
