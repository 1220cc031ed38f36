// Package chain is the identity.Source of all users: those whom OAuthUsers declare
// (server/identity/local), and those of identity providers.
//
// It owns where a subject is looked up, who a user of a provider is when signing in (arrive.go),
// the cache of Persons (cache.go), and when a provider is asked again about a user who is signed
// in (recheck.go, ask.go). It does not own what an account means (server/identity/accounts), how
// providers are asked (server/identity/connectors) or how Persons are stored
// (server/storage/persons).
package chain
