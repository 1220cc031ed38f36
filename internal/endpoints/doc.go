// Package endpoints names the paths of the authorization server below its
// issuer. The server mounts them and the operator writes them into statuses and
// Secrets, so that the two agree. It does not decide which of them are mounted.
package endpoints
