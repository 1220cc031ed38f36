// Package keys makes, reports and replaces the keys of an OAuthServer.
//
// It owns the key Secret of each server (made once, given the keys that a newer release
// needs, never replaced because it seems to be lost), the condition KeysReady and what the
// status says of keys. Each write of the Secret is guarded by the version that was read and
// by a live read of status.keys. When a key comes and goes is for the package rotation to
// decide, and the format of the Secret is that of internal/keyring.
package keys
