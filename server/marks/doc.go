// Package marks stores that something must not be used again, as Mark objects.
//
// A Mark is keyed by a keyed digest of what it marks; it is created when a token
// is revoked and deleted by the sweeper after the token would have expired. All
// reads are live: a mark holds at every replica at once.
package marks
