// Package schemes says which private-use URI schemes without a dot a redirect URI may have (RFC
// 8252 section 7.1).
//
// It owns the list of those that mean something to browsers and systems. It does not own which
// client may have which of the others: OAuthClientPolicies say that.
package schemes
