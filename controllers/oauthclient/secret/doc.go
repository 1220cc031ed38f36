// Package secret decides what happens to the client secret of an OAuthClient.
//
// It owns when a secret is made, adopted, rotated, followed or repaired, which digests
// stay and until when, and when a digest moves to another pepper: pure functions over
// what the operator has read (Observed) that return what to do (Plan). The order of the
// writes is not its own (controllers/oauthclient), nor what else the Secret holds
// (controllers/oauthclient/manifest), nor the format of a digest (internal/credentials).
package secret
