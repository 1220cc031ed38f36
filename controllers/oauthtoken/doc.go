// Package oauthtoken reconciles OAuthTokens: it requests access tokens, replaces them in
// time, and keeps them in Secrets.
//
// It owns the order of requests and writes, which a crash at any moment survives
// (docs/design/oauth-tokens.md): each file is one step of a reconcile. It does not own where
// tokens come from (source) and where providers are (provider), what to do next (plan) and when
// (schedule), the token requests (request) and what an answer makes of what is kept (outcome),
// the format of that (state) and of what pods read (manifest), what only this process knows
// (memory), what the status says (status, problem), the metrics (tokenmetrics), nor the pages at
// which people authorize.
package oauthtoken
