// Package replicas finds the ready replicas of a server and asks them whether they
// have loaded a client, or the server's keys. It remembers which clients they have not
// loaded, and since when.
//
// It finds them as every client of a Service does, by its EndpointSlices. It writes
// nothing, and it is asked only about what has just changed. It does not
// own what is asked (internal/replicas) nor what follows (controllers/oauthclient,
// controllers/oauthserver/keys).
package replicas
