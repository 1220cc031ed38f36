// Package upstreamlogout hears from identity providers that users signed out there (OpenID
// Connect Back-Channel Logout 1.0), and ends their Logins here.
//
// It does not verify logout tokens, which is for the connector of the provider, and does not
// tell applications, which is for server/backchannel. A token is worth nothing when it is sent
// again: it ends only what had begun when it was issued.
package upstreamlogout
