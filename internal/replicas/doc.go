// Package replicas is what the operator and the replicas of a server say to each
// other.
//
// It owns the question whether a replica has loaded a client in one state: where it
// is asked and what names the state. It does not own who is asked
// (controllers/replicas) nor the answer (server/clients).
package replicas
