// Package attempts keeps users who are at an identity provider: what the provider was asked, and
// what the user does here afterwards.
//
// It owns the sealed cookies in which browsers keep that, how many there can be and for how long,
// and which of them an answer belongs to. Nothing is stored.
//
// It does not know what the user signs in for, which it keeps as it is given, how often an
// answer counts (server/authorization/arrivals), nor what providers are asked
// (server/identity/upstream).
package attempts
