// Package compat serves the OAuth endpoints of other systems, for applications that were
// written for one of them (OAuthServer.spec.compatibility).
//
// It owns the types of a system's table: a Profile has Routes, and each Route says which
// endpoint answers a path and how requests and answers are changed on the way. It also owns
// what puts adapters around an endpoint, and the helpers that several systems share. An adapter
// sees only HTTP, so whatever the endpoint refuses stays refused.
//
// It does not own the tables: each system has a package below this one, and server/compat/systems
// lists them. It does not own whether a system is enabled (package server asks
// internal/serverspec on each request) or what a system requires (internal/serverspec). It has
// no rules of the protocol: clients, scopes, consent and tokens belong to the endpoints.
package compat
