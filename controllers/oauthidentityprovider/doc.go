// Package oauthidentityprovider reconciles the OAuthIdentityProviders of a namespace, all of
// them in one pass, because those of a server share one Secret.
//
// It owns their statuses and, for each OAuthServer, the Secret that the server reads client
// secrets and bind passwords from: named <server>-oauth-providers, one entry per provider, the
// key is the UID of the OAuthIdentityProvider. The Secret holds copies only, so it belongs to
// its OAuthServer and goes with it. The Secrets that providers name are read and never touched.
// It also reads the metadata of OpenID providers, to say whether they are what the spec says;
// servers read it themselves.
//
// It does not own which providers a server uses and the form of an entry
// (internal/providerspec), nor which addresses may be called (internal/outbound).
package oauthidentityprovider
