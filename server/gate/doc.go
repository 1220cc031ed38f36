// Package gate answers proxies that ask whether a request may pass to a protected resource.
//
// It owns which resource and which scopes a proxy asks about, what the original request was,
// and the headers of the answer. It does not own whether a token is still valid
// (server/tokens), which resources there are (server/resources) or proofs (server/dpop). It
// stores nothing, and does not keep tokens.
package gate
