// Package provider is the only place that composes fosite and corrects it.
//
// It owns what a token request, userinfo, an introspection and a revocation mean: who
// the client is, which grant handles the request, who still stands behind it, what
// the tokens say. Endpoints call it with parsed requests and write what it returns; it
// returns errors as values (httpx.Error). It stores nothing itself: the grants and marks
// of server/storage do, its logins and consents say what still counts, clients come from
// server/clients, people from server/identity, keys from server/keys.
package provider
