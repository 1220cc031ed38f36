// Package manifest says what the Secret with a token looks like.
//
// It owns its keys, its template and its marks. It does not own the state that the operator
// keeps for itself (controllers/oauthtoken/state), nor when the Secret is written
// (controllers/oauthtoken).
package manifest
