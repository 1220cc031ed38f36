// Package kubectloauth is kubectl oauth, a plugin of kubectl for the users of Grantor.
//
// It puts the commands together; each is a package of its own below this one. Every
// request to the API server is made with the rights of the caller. Three commands write
// there: revoke sets the state that ends a session, rotate sets a requestedAt, and create
// applies an OAuthClient with --apply. It imports neither the operator nor the server: what
// both decide about a client comes from internal/clientspec, which is pure.
package kubectloauth
