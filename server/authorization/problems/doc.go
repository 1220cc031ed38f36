// Package problems says what went wrong at an identity provider: to the user who comes back
// without being signed in, and to the audit log.
//
// It owns what sealed forms call a problem, which errors of a provider are which, and the
// sentences. It does not own what a provider answers (server/identity/upstream), nor which page
// says it (server/authorization).
package problems
