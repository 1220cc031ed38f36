// Package connectors is where a kind of identity provider becomes a connector (build.go), and
// keeps the connectors that are in use: one for each provider, made again when the provider's
// object or secret changes.
//
// It owns how providers are called over HTTP. It does not own any protocol: that is for
// server/identity/oidc and the packages next to it.
package connectors
