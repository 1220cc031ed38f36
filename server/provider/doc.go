// Package provider is the only place that composes fosite and corrects it.
//
// It owns what a token request, an introspection and a revocation mean: who the
// client is, which grant handles the request, what the token says. Endpoints call
// it with parsed requests and write what it returns; it returns errors as values
// (httpx.Error). It stores nothing itself: clients come from server/clients,
// marks go to server/marks, keys are server/keys'.
package provider
