// Package oauthserver reconciles OAuthServers.
//
// It owns the key Secret of each server (made once, given the keys that a newer
// release needs, never replaced because it seems to be lost) and the server's status:
// conditions, endpoints and key ids; how many session objects there are is for
// controllers/sweeper to write.
// It does not own clients (controllers/oauthclient) nor the format of the key
// Secret (internal/keyring).
package oauthserver
