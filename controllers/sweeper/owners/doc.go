// Package owners knows which servers, clients, users and identity providers there are that
// session objects can belong to.
//
// It owns whether the client or the user of a session object is gone, also of clients without an
// OAuthClient, and since when an identity provider has been missing, which the status of the
// servers keeps. It does not own which objects are looked at, nor what becomes of them
// (controllers/sweeper). It reads, and writes nothing.
package owners
