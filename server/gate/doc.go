// Package gate answers proxies that ask whether a request may pass to a protected resource.
//
// It owns which resource and which scopes a proxy asks about, what the request was that the
// proxy has got, and the headers of the answer. It does not own whether a token still counts
// (server/tokens), which resources there are (server/resources) or proofs (server/dpop). It
// stores nothing, and keeps nothing of a token.
package gate
