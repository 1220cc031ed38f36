// Package backchannel notifies applications that a user signed out (OpenID Connect
// Back-Channel Logout 1.0): it owns who is told, the logout tokens and how often they
// are tried. The URLs are tenants': which addresses are called is for
// internal/outbound.
//
// It does not own what ends a Login (server/account), which has ended by then. A
// notice is kept in memory only: one that a replica still tries when it ends is lost.
package backchannel
