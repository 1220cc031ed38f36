// Package request sends token requests to providers and reads their answers (RFC 6749
// sections 4.1.3, 4.4.2, 5 and 6).
//
// It owns how a client authenticates, what counts as an answer, and what a failure means for
// the refresh token that was sent. It does not own which provider is asked
// (controllers/oauthtoken/provider), which addresses may be called (internal/outbound), nor
// what is stored. Its errors quote nothing of a request or an answer.
package request
