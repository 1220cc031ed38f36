// Package tokens owns what tokens say and whether they still count: access tokens as JWTs
// (RFC 9068) or opaque, which is the same content sealed, ID tokens, the claims about a
// user, and whether the client and the user of a token still have what it grants.
//
// Making a token takes and returns values; the Verifier also reads Grants, Logins and Marks.
// It does not decide who gets a token (server/token), by which sub a client knows a user
// (server/subjects) or what is stored of an authorization (server/storage/grants,
// server/storage/marks), and it stores nothing. server/token, server/introspection,
// server/revocation and server/userinfo call it.
//
// It has more than 900 lines and is one package: what a token says and what ends it are two
// readings of the same claims, which would have to be exported field by field.
package tokens
