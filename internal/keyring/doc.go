// Package keyring owns the format of a server's key Secret: one versioned entry
// per key, with its use, id and age. The operator makes and completes it, the
// server reads it. A ring may have several keys of a kind; the newest is in use,
// but of pairwise keys the oldest: what is made with it must never change.
//
// It does not own what the keys do (server/keys, internal/credentials) nor when
// they are made (controllers/oauthserver).
package keyring
