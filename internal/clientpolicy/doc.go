// Package clientpolicy merges the OAuthClientPolicies that select a client.
//
// It owns which policies select a client, what their lists and maxima amount to (Limits),
// and how their patterns match. It decides nothing: whether a client is refused, with which
// sentence, and what holds without a policy is for internal/clientspec (policies.go).
package clientpolicy
