// Package memory is what one process knows of OAuthTokens and nobody else does: what it could not
// store yet, what it sent, and what failed.
//
// It owns how long that is remembered: until the OAuthToken is gone, or its spec is another one. It
// does not own what is stored (controllers/oauthtoken/state), nor what follows from what is known
// (controllers/oauthtoken/plan).
package memory
