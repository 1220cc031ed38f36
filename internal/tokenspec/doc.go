// Package tokenspec reads OAuthTokens for the operator and for servers alike.
//
// It owns who may authorize an OAuthToken, to which authorization endpoints people are sent, and
// what stands for a provider. It does not own where providers are (controllers/oauthtoken/provider),
// or what people see (server/connect).
package tokenspec
