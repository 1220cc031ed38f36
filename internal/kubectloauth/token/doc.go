// Package token is kubectl oauth token: an access token for an OAuthClient, got with
// client_credentials and the client's Secret, which is read with the rights of the caller.
// The requests are those of internal/check. No error contains the secret or the token.
package token
