// Package authorization leads a person from an application's request to its answer:
// signing in, agreeing, and back. It also signs people out and shows them what they
// have allowed.
//
// It owns what an authorization request means (OpenID Connect Core 1.0 section 3.1.2),
// what a browser must do next, and the cookies and sealed forms that carry a request
// from page to page. Nothing is stored for somebody who has not signed in: signing in
// writes a Login, agreeing writes a Consent if it is to be remembered, and the code
// itself is sealed.
//
// It does not decide whether a password is right (server/identity), what a redeemed
// code gives (server/token) or how pages look (server/ui).
//
// fosite would parse authorization requests, too. It fetches request_uri, cannot do
// without state, compares loopback redirect URIs without their scheme, takes
// parameters twice, and keeps what it parsed in a session that must be stored; what
// is left of it here would be splitting strings.
package authorization
