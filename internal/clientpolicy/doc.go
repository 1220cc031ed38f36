// Package clientpolicy merges the OAuthClientPolicies that select a client.
//
// It owns which policies select a client, what their lists and maxima amount to, and how
// their patterns match. It does not own what holds without a policy, nor the sentence
// with which a client is refused (internal/clientspec).
package clientpolicy
