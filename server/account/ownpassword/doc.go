// Package ownpassword is the page on which users set a password of their own.
//
// It owns who may do so, what a new password must be, and the order of a change. It does not own
// whether the present password is right (server/identity/local), how the new one is stored
// (server/identity/factors), or the rest of the account (server/account).
package ownpassword
