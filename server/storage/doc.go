// Package storage reads and writes the objects of session.grantor.dev, one request
// at a time, always at the API server and never in a cache.
//
// It owns how a request is bounded, what its failure is called, how the private part of
// an object is sealed and bound to its public part, and what all objects have: random
// names and the labels by which they are found. What the objects mean, and what to do
// when an answer was lost, belongs to one package for each kind: grants, logins, consents
// and marks.
package storage
