// Package plan says what to do next about an OAuthToken: to request a token, to wait, or to
// let a person authorize.
//
// It owns these rules as pure functions, and how long processes wait for each other. It does
// not own the times at which a token is due (controllers/oauthtoken/schedule), nor what the
// steps do (controllers/oauthtoken).
package plan
