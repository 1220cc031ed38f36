// Package keys tests that the keys of a server are replaced while three replicas serve:
// no token is signed with a key that a service does not know, and no session and no
// credential is lost.
package keys
