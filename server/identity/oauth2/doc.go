// Package oauth2 authenticates the users of OAuth 2.0 servers that return a profile of the user
// and are not OpenID providers: GitHub, and any server that a provider describes.
//
// It owns the requests to such a server, the meaning of its profile, and how the server is asked
// again with the tokens that it issued. It does not own the redirect to it and back, what is
// taken over of an account (server/identity/accounts), or where tokens are kept.
package oauth2
