// Package upstreamlogout receives the logout tokens of identity providers (OpenID Connect
// Back-Channel Logout 1.0), and ends the Logins here that they name.
//
// It does not verify logout tokens, which the connector of the provider does, and does not tell
// applications, which server/backchannel does. A token that is sent again has no use: it ends
// only Logins that began before it was issued.
package upstreamlogout
