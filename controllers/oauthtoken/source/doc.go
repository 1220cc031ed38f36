// Package source finds out where the tokens of an OAuthToken come from: the provider, the client
// and its secret, and the OAuthServer at which people authorize.
//
// It owns which OAuthClients, OAuthServers and client secrets an OAuthToken may use, the
// fingerprint of what tokens are issued for, and which addresses are called for whom. It does not
// own where the endpoints of a provider are (controllers/oauthtoken/provider), nor what is sent
// there (controllers/oauthtoken/request). It reads, and writes nothing.
package source
