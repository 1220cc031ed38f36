// Package manifest makes the Secret of an OAuthClient and tells whose a Secret is.
//
// It owns the entries, labels, annotations, owner and type of the Secret, what a template
// adds, by which of them the operator recognizes its own Secrets, and which Secrets may be
// a source. It reads and writes nothing (controllers/oauthclient) and does not decide when
// the client secret changes (controllers/oauthclient/secret).
package manifest
