// Package kubectloauth is kubectl oauth, a plugin of kubectl for the users of Grantor.
//
// It puts the commands together; each is a package of its own below this one. Every
// request to the API server is made with the rights of the caller, and nothing is
// written there. It imports neither the operator nor the server: what both decide about a
// client comes from internal/clientspec, which is pure.
package kubectloauth
