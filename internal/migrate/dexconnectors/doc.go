// Package dexconnectors turns connectors of Dex into OAuthIdentityProviders, with the Secrets of
// those whose configuration has one. It says of each field what is lost, and disables a provider
// that would let in users whom Dex refuses.
//
// It does not read files, and does not decide whether a server would accept a provider, which
// internal/providerspec does. LDAP filters are put together in filter.
package dexconnectors
