// Package login is kubectl oauth login: it signs a user in and prints a token, alone or as
// the ExecCredential that kubectl asks a plugin for.
//
// session.go decides where tokens come from: the cache, a refresh or a sign-in.
// loopback.go signs in with a browser of this machine (RFC 8252 section 7.3, with PKCE),
// device.go with one of another machine (RFC 8628). It owns no storage
// (internal/kubectloauth/cache) and reads nothing from an API server.
package login
