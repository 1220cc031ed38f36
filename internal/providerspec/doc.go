// Package providerspec decides which OAuthIdentityProviders an OAuthServer uses, and says what
// the spec of one means.
//
// It owns the reasons of Accepted, the defaults, the redirect URI, and the form in which the
// operator passes a client secret or a bind password to the server. It is pure. The operator and
// the server both call it, so that they cannot disagree. It does not own what a provider says
// about a user, or which of its users may sign in.
package providerspec
