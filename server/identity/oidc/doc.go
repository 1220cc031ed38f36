// Package oidc lets users sign in at OpenID providers (OpenID Connect Core 1.0), and asks the
// providers again with refresh tokens.
//
// It owns the authorization request, the redemption of a code, the verification of ID tokens,
// UserInfo and logout tokens, and which of their claims become an upstream.Account. It caches
// the metadata and the keys of a provider in memory. It does not own the meaning of an account
// (server/identity/accounts), state and cookies (server/authorization), or which hosts may be
// called (internal/outbound).
package oidc
