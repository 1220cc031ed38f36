// Package sessions reads session objects and ends them: Grants, Logins, Consents and
// Approvals.
//
// It owns which of them are about a user or a client, what may be shown of each, and the
// state that ends one. Payloads are sealed for the server; they are dropped as soon as an
// object is read. How objects look belongs to internal/kubectloauth/get, and which ones end
// to internal/kubectloauth/revoke.
package sessions
