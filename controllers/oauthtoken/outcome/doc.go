// Package outcome says what the answer to a token request, or its absence, makes of the state of
// an OAuthToken.
//
// It owns these rules as pure functions: which answers are refused, what replaces what, and which
// problem a failure is. It does not own what an answer is (controllers/oauthtoken/request), the
// format of the state (controllers/oauthtoken/state), nor how a change is stored
// (controllers/oauthtoken).
package outcome
