// Package tokenmetrics counts the token requests of OAuthTokens, and OAuthTokens by what their
// status says.
//
// It owns the names of these metrics, which alerts use (docs/guides/alerts.md), and when an
// OAuthToken counts as failing. It does not own the conditions (controllers/oauthtoken).
package tokenmetrics
