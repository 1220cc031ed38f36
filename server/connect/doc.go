// Package connect lets people authorize OAuthTokens: they sign in here, are sent to the
// provider of the OAuthToken, and bring back an authorization code, which the server hands over
// to the operator.
//
// It owns who may authorize what (target.go), the authorization request (request.go), the cookie
// that binds its answer to a person and a browser (attempt.go), and what becomes of the answer
// (callback.go). It does not redeem a code and never has a client secret of a provider: that is
// for the operator (controllers/connection, controllers/oauthtoken). It asks no provider
// anything, and takes the address of one from the status of the OAuthToken.
package connect
