// Package userinfo is the userinfo endpoint (OpenID Connect Core 1.0 section 5.3).
//
// It owns how a request carries its access token, and which tokens may know something of
// their user. It does not own what a scope tells (server/identity) or whether a token
// still counts (server/tokens).
package userinfo
