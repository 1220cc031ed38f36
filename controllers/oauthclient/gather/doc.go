// Package gather reads what decides about an OAuthClient and about its Secret, from the
// cache and, before anything is written, from the API server.
//
// It owns where each fact comes from. It writes and decides nothing: facts become values of
// the packages that decide (secret, manifest, redirects, internal/clientspec).
package gather
