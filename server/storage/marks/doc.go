// Package marks stores that something must not be used again, as Mark objects.
//
// The name of a Mark is a keyed digest of what it marks. It is created when a token
// without a Grant is revoked, or when a client has authenticated with an assertion that
// it signed, and deleted by the sweeper after either would have expired; a Grant is
// revoked itself (server/storage/grants). All reads are live: a mark holds
// at every replica at once.
package marks
