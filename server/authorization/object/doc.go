// Package object reads authorization requests that clients sign (RFC 9101): which
// parameters are in the request object of a request, once it is known to be the client's.
//
// It does not know what the parameters mean (server/authorization/request), how a JWT is
// parsed (server/assertions) or where keys come from (server/clientauth).
package object
