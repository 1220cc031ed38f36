// Package providers knows the OAuthIdentityProviders of an OAuthServer.
//
// It owns which of them the server uses, by the rules of internal/providerspec, the order of
// their buttons, and the credentials of the server at them. It reads local copies only. It does
// not own how they are asked (server/identity/upstream and the packages next to it), or what
// they say about a user.
package providers
