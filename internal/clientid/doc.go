// Package clientid tells clients that have an OAuthClient from those that have none, which
// are virtual: their client ID is the URL of a metadata document
// (draft-ietf-oauth-client-id-metadata-document), or has all that they registered (RFC 7591)
// sealed in it.
//
// It owns what such an ID looks like, which hosts a pattern names and the UID of such a
// client. It does not own which hosts a server accepts (internal/serverspec), nor what a
// document says (server/clientdocuments).
package clientid
