// Package limits bounds how often something may happen: for a user, a client, or the
// network that an address is in. Counts are kept in memory, for this replica, in maps of
// bounded size.
//
// It does not decide what is limited and how much: each caller has its own Limiter and
// budgets (server/identity/guesses, server/serviceaccounts, server/capacity,
// server/account). Which address a request comes from is for server/httpx to say.
package limits
