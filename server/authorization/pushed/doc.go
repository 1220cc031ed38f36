// Package pushed takes authorization requests that clients send before they redirect the
// browser (RFC 9126): it has the endpoint /par.
//
// It owns the form of a request_uri. Nothing is stored: a request_uri is the parsed request
// itself, sealed, with the name of the Grant that every code made for it has, so that one of
// them at most is redeemed. It does not decide what a request means
// (server/authorization/request) or what a browser that brings it must do next
// (server/authorization).
package pushed
