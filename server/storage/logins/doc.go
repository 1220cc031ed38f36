// Package logins keeps who is signed in: one Login object for each browser, and the
// value of the cookie that names it.
//
// It does not decide whether a password is right (server/identity), what a cookie is
// called (server/flow) or when a user has to sign in (server/authorization).
package logins
