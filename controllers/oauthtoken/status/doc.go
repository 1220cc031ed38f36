// Package status says what the status of an OAuthToken tells its user.
//
// It owns its fields and conditions and their sentences, as pure functions of what one reconcile
// found out. It does not own how the status is written, which transitions become events, nor when
// to look again (controllers/oauthtoken), and what the status says of a provider
// (controllers/oauthtoken/source).
package status
