// Package publickeys holds the public keys with which clients sign: what is accepted as
// one, and what its signatures are. The operator refuses an OAuthClient with a key that
// is none, and the server verifies; both by the same rules. Where keys come from is not
// its concern, and the server's own keys are internal/keyring's.
package publickeys
