// Package schedule says when an access token is replaced, and how long to wait after a
// failure.
//
// It owns these times as pure functions. It does not own why a token is replaced, nor the
// clock (controllers/oauthtoken).
package schedule
