// Package accesstoken owns the content and the two forms of access tokens: JWT
// (RFC 9068) and opaque, which is the same content sealed. Making or reading one
// touches no storage.
//
// It does not decide who gets a token (server/provider) nor whether a token was
// revoked (server/storage/marks).
package accesstoken
