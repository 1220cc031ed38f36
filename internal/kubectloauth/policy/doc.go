// Package policy is kubectl oauth policy test: which OAuthClients of the cluster would be
// refused, and which no more, if the OAuthClientPolicies of a file were applied. It decides
// with internal/clientspec, as the operator and the server do, and writes nothing.
package policy
