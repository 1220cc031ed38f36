// Package oauthclientpolicy reconciles the OAuthClientPolicies of a namespace, all of
// them in one pass, because they are about the same clients.
//
// It owns the statuses of OAuthClientPolicies: whether a policy means anything, how
// many clients it matches and how many it refuses. Counting follows clients within
// seconds and not with each of them, so that ten thousand new clients cost a few
// writes.
//
// It does not own what policies amount to (internal/clientpolicy) and which clients they
// refuse (internal/clientspec), nor the conditions of clients (controllers/oauthclient).
// Nothing is decided by what it writes.
package oauthclientpolicy
