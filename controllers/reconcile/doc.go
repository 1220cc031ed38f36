// Package reconcile is what the controllers share about how a reconcile ends and when it
// is its turn.
//
// It owns which errors are expected, when a reconcile runs again, how namespaces share a
// queue and what they may cost the API server, how a status is written and how a transition
// becomes an event. It decides nothing about an object and reads nothing but namespaces.
package reconcile
