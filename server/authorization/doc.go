// Package authorization leads a user from an application's request to its answer:
// signing in, consenting, and back. It has the endpoints for that: /authorize, /login and
// /consent, the page that asks for a second factor, and where identity providers send users back
// to.
//
// It owns how a browser does what must happen next, and the Outcome that an interaction ends in.
// Nothing is stored for a user who has not signed in: signing in writes a Login,
// consenting writes a Consent if it is to be remembered, and the code itself is sealed.
//
// What can be decided without the interaction has a package of its own below: where a request says
// what it asks for (source) and what that means (request), what has to happen next (steps), which
// ways to sign in there are (ways), which user comes back from a provider (attempts) and how often
// (arrivals), what went wrong there (problems), what becomes of a second factor (secondfactor),
// and what pages say of who asks (shown).
//
// It does not decide whether a password is right (server/identity), what a redeemed code gives
// (server/token), what all pages share (server/flow) or how they look (server/ui).
//
// fosite would parse authorization requests, too. It fetches request_uri, cannot do
// without state, compares loopback redirect URIs without their scheme, takes
// parameters twice, and keeps what it parsed in a session that must be stored; what
// is left of it here would be splitting strings.
//
// It has more than 900 lines and is one package: its files are the steps of one interaction,
// which is sealed from step to step and would have to be exported.
package authorization
