// Package sweeper deletes session objects that mean nothing any more: those that
// have expired, those of clients and users that were deleted and, a month later, those of
// users of providers that were deleted; and what users have beyond their bounds. It also
// counts them, for the metrics and for the status of the servers.
//
// A client without an OAuthClient is there for as long as a server of the namespace accepts
// its ID.
//
// Only the leader sweeps, slowly, and from the beginning whenever it was
// interrupted. It writes no session object and knows no key: what is deleted
// follows from what an object shows, and from since when a provider has been missing, which
// the status of the servers keeps. Servers refuse what has expired, and what belongs to
// no client or user, by themselves. They go by the last count for how much they store
// (server/capacity).
//
// It does not own who there is that an object can belong to (owners).
package sweeper
