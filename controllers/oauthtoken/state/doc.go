// Package state is what the operator keeps of an OAuthToken between two refreshes: the
// tokens, for what they were issued, and whether a request is under way.
//
// It owns the format of the Secret <name>-oauth-state and when its contents count. It does
// not own when the Secret is read and written (controllers/oauthtoken), nor the Secret that
// pods read (controllers/oauthtoken/manifest).
package state
