// Package oauthtoken reconciles OAuthTokens: it requests access tokens, replaces them in
// time, and keeps them in Secrets.
//
// It owns the order of requests and writes, which a crash at any moment survives
// (docs/design/oauth-tokens.md), and which OAuthServer, client and client secret an OAuthToken
// uses. It does not own what to do next (plan), the times (schedule), the token requests
// (request), where providers are (provider), the format of what it keeps (state) and of what
// pods read (manifest), the metrics (tokenmetrics), nor the pages at which people authorize.
//
// It has more files than other packages: all that one reconcile does shares what was read at
// its beginning, and each file is one of its steps.
package oauthtoken
