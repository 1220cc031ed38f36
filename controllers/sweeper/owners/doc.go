// Package owners knows which servers, clients and users there are that session objects can
// belong to.
//
// It owns whether the client or the user of a session object is gone, also of clients without an
// OAuthClient. It does not own which objects are looked at, nor what becomes of them
// (controllers/sweeper). It reads, and writes nothing.
package owners
