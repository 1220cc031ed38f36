// Package refused says what a page tells a user who was not let in, and what the audit log does.
//
// It owns the status, the sentence and the time to wait for each reason for which a password does
// not count. It does not own whether one does (server/identity), nor which page says it
// (server/authorization, server/account).
package refused
