// Package oauthresource reconciles OAuthResources.
//
// It owns their statuses: the conditions, the address of the metadata and the challenge. It
// does not own who may have which identifier (internal/resourcespec).
package oauthresource
