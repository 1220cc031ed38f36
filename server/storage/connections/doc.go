// Package connections keeps the authorization codes that people bring back from the providers
// of OAuthTokens, one Connection object for each, which the operator redeems.
//
// It owns how a Connection is stored and read. Its name is random and chosen before the person
// leaves, so that of several requests with the same answer of a provider one creates it. What is
// secret in it, only the operator reads (internal/handover). Reads are live.
//
// It does not decide who may authorize what (server/connect).
package connections
