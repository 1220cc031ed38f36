// Package connectors makes the connector of an identity provider from its type (build.go), and
// keeps the connectors in use: one for each provider, replaced when the provider's object or
// secret changes.
//
// It owns how providers are called over HTTP. It does not own any protocol: server/identity/oidc
// and the packages next to it do.
package connectors
