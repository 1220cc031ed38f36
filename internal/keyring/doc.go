// Package keyring owns the format of a server's key Secret: one versioned entry
// per key, with its use, id and age, and from when it is used. The operator makes and
// completes it, the server reads it. A ring may have several keys of a kind; which one
// is in use follows from the ring and the time, so that all replicas agree. Of pairwise
// keys it is the oldest: what is made with it must never change.
//
// It does not own what the keys do (server/keys, internal/credentials) nor when they are
// made and removed (controllers/oauthserver/keys and its package rotation).
package keyring
