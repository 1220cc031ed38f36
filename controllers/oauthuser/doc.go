// Package oauthuser reconciles the OAuthUsers of a namespace, all of them in one
// pass, because they share one Secret.
//
// It owns the statuses of OAuthUsers and, for each OAuthServer, the Secret that the
// server reads password hashes from: named <server>-oauth-passwords, one entry per
// user whose hash counts, the key is the UID of the OAuthUser. The Secret holds
// copies only, so it belongs to its OAuthServer and goes with it. The Secrets that
// users write hashes into are read and never touched.
//
// It does not own which of two users keeps a name (internal/userspec), nor which
// hashes count and the format of an entry (internal/passwords).
package oauthuser
