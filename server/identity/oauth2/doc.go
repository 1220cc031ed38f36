// Package oauth2 recognizes the users of OAuth 2.0 servers that have a profile of their users
// and are no OpenID providers: GitHub, and any other that a provider describes.
//
// It owns the requests to such a server, what its profile says of a user, and how it is asked
// again with the tokens that it gave. It does not own the redirect to it and back, what is
// taken over of an account (server/identity/accounts), nor where tokens are kept.
package oauth2
