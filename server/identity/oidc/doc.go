// Package oidc lets users sign in at OpenID providers (OpenID Connect Core 1.0), and asks these
// again with refresh tokens.
//
// It owns the authorization request, the redemption of a code, the verification of ID tokens,
// UserInfo and logout tokens, and what of their claims becomes an upstream.Account. It keeps
// what a provider publishes about itself, and its keys, in memory. It does not own what an
// account means here (server/identity/accounts), state and cookies (server/authorization), nor
// who may be called (internal/outbound).
package oidc
