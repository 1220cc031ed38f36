// Package serversecret writes the Secrets beside an OAuthServer into which the operator copies
// what the server needs of Secrets that it may not read.
//
// It owns which servers get such a Secret, whom it belongs to and when it is written. It does not
// own what is in it.
package serversecret
