// Package replicas is what the operator and the replicas of a server say to each
// other.
//
// It owns the questions whether a replica has loaded a client, or the server's keys, in
// one state: where they are asked and what names the state of a client. It does not own who
// is asked (controllers/replicas) nor the answer (server/health, which asks server/clients/lookup
// and server/keys).
package replicas
