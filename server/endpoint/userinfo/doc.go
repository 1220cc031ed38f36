// Package userinfo is the userinfo endpoint (OpenID Connect Core 1.0 section 5.3).
//
// It takes the access token from the request, asks the provider and writes the claims.
package userinfo
