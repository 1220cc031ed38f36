// Package clientdocuments knows the clients whose client ID is the URL of a metadata document
// (draft-ietf-oauth-client-id-metadata-document).
//
// It owns what such a client may do, which follows from its ID and the OAuthServer alone
// (source.go), and what it says of itself: when its document is fetched, how long it is kept,
// and which documents are refused (read.go, refusal.go). Only an authorization request needs
// the document. It does not own which IDs are accepted (internal/clientid,
// internal/serverspec), which addresses are called (internal/outbound), nor what users are
// asked (server/authorization). Nothing is stored.
package clientdocuments
