// Package oauthserver reconciles OAuthServers.
//
// It owns the key Secret of each server (made once, never replaced because it
// seems to be lost) and the server's status: conditions, endpoints and key ids.
// It does not own clients (controllers/oauthclient) nor the format of the key
// Secret (internal/keyring).
package oauthserver
