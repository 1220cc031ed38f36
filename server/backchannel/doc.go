// Package backchannel tells applications that somebody signed out (OpenID Connect
// Back-Channel Logout 1.0): it owns who is told, the logout tokens, how often they are
// tried, and which addresses are never called, because the URLs are tenants'.
//
// It does not own what ends a Login (server/authorization), which has ended by then. A
// notice is kept in memory only: one that a replica still tries when it ends is lost.
package backchannel
