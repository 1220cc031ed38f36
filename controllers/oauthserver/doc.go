// Package oauthserver reconciles OAuthServers.
//
// It owns the key Secret of each server (made once, given the keys that a newer
// release needs, never replaced because it seems to be lost; rotation.go says when a
// key comes and goes) and the server's status:
// conditions, endpoints, key ids and replicas; and, where spec.deployment is set, the
// objects that run the server: applied as internal/render says, repaired, and deleted
// when they are not wanted any more. How many session objects there are is for
// controllers/sweeper to write.
// It does not own clients (controllers/oauthclient) nor the format of the key
// Secret (internal/keyring).
package oauthserver
