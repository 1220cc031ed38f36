// Package keys holds the server's key material in memory: it signs and verifies
// tokens, seals and opens what the server hands out and takes back, and keys the
// names of what it stores.
//
// It owns how each key is used: one derived key per purpose, a format version and
// a key id in everything. It does not own where keys come from or when they
// change (controllers/oauthserver/keys and its package rotation) nor how they are written
// down (internal/keyring); the server feeds it the key Secret whenever that changes, and it
// keeps the last good set.
package keys
