// Package cache keeps the tokens of kubectl oauth login in files of the user alone, one
// for each issuer, client and request, with a lock by which several processes sign in or
// refresh once.
//
// It owns the files and the lock. It does not know what tokens are worth: that is for
// internal/kubectloauth/login.
package cache
