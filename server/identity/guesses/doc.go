// Package guesses bounds how often passwords may be tried, wherever they are compared.
//
// It owns the budgets of failed attempts, per user, address and known browser, and the queue
// of those that wait for their password to be compared. Both are kept in memory, per replica.
// It does not own who a user is, nor how a password is compared: server/identity/local hashes
// it, server/identity/directories has a directory compare it.
package guesses
