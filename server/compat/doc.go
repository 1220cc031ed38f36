// Package compat knows the OAuth endpoints of other systems, for applications that were
// written for one of them (OAuthServer.spec.compatibility).
//
// It owns one table for each system: which of its paths leads to which endpoint of the server,
// and how a request and its answer are changed on the way. An adapter sees no more than HTTP
// around the endpoint, so what is refused there is refused here. Paths that have no endpoint of
// the server, such as those of Coder's applications, ask the packages that decide. It does not
// own whether a system is switched on (package server asks internal/serverspec for each
// request), what it needs (internal/serverspec), nor any rule of the protocol: clients, scopes,
// consent and tokens are those of the endpoints.
package compat
