// Package connection gives the controller of OAuthTokens the authorization codes that people
// brought back from providers: what servers stored as Connections.
//
// It owns which Connection counts: sealed by the server at which the OAuthToken is authorized,
// of its UID and generation, young, and of a person who may still authorize it; and that
// the others are not redeemed. It does not send a code to a provider or remember which codes
// were sent (controllers/oauthtoken), and does not own what a Connection holds
// (internal/handover).
package connection
