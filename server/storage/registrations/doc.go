// Package registrations keeps clients that registered themselves as objects (RFC 7591), one
// Registration object for each, of which the operator makes an OAuthClient.
//
// It owns the names of Registrations, by which the same request again finds what it did before,
// their seal, and registration access tokens (RFC 7592), which are stored nowhere. Of several
// requests that create one, one succeeds, and the others find it. Reads are live.
//
// It does not decide who may register what (server/registration), and holds no secret.
package registrations
