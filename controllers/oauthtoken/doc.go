// Package oauthtoken reconciles OAuthTokens: it requests access tokens, replaces them in
// time, and keeps them in Secrets.
//
// It owns the order of requests and writes, which a crash at any moment survives
// (docs/design/oauth-tokens.md). It does not own the times (schedule), the token requests
// (request), where providers are (provider), the format of what it keeps (state) and of what
// pods read (manifest), nor the pages at which people authorize.
package oauthtoken
