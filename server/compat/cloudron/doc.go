// Package cloudron serves the paths of Cloudron's former OAuth provider.
//
// It owns the table of these paths, the scopes that an authorization request asks for there,
// and Cloudron's names for the claims of a user. It does not own the endpoints that the paths
// lead to, nor which claims a scope covers (package userinfo).
package cloudron
