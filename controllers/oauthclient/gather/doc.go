// Package gather reads what decides about an OAuthClient and about its Secret, from the
// cache and, before anything is written, from the API server.
//
// It owns where each fact comes from, and which server a client's digests prove, since that
// is found by reading keys. It writes nothing and decides nothing else: facts become values
// of the packages that decide (secret, manifest, redirects, internal/clientspec).
package gather
