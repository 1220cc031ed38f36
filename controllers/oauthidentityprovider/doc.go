// Package oauthidentityprovider reconciles the OAuthIdentityProviders of a namespace, all of
// them in one pass, because those of a server share one Secret.
//
// It owns their statuses and, for each OAuthServer, the Secret <server>-oauth-providers, from
// which the server reads client secrets and bind passwords. The Secret has one entry for each
// provider, with the UID of the OAuthIdentityProvider as key. It holds only copies, so it
// belongs to its OAuthServer and is deleted with it. The controller reads the Secrets that
// providers name, and never changes them. It also reads the metadata of OpenID providers, to
// report whether they match their specs; servers read the metadata themselves.
//
// It does not own which providers a server uses, the form of an entry (internal/providerspec),
// or which addresses may be called (internal/outbound).
package oauthidentityprovider
