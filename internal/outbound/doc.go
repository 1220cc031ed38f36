// Package outbound makes the HTTP clients that call what users of Grantor name, such as
// where a client publishes its keys or wants to hear of a logout.
//
// It owns who may be called, which authorities are trusted besides those of the system, how long a
// call takes and how much of an answer is read. It uses no proxy, which would resolve names by
// itself, follows no redirect and keeps no connection. It does not own what is asked, what an
// answer means and when to try again: that is for the callers, such as server/jwksets,
// server/backchannel and controllers/oauthtoken.
package outbound
