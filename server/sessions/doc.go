// Package sessions reads and writes the objects of session.grantor.dev, one request
// at a time, always at the API server and never in a cache.
//
// It owns how a request is bounded, what its failure is called, and what all objects
// have: random names and the labels by which they are found. What the objects
// mean, and what to do when an answer was lost, belongs to the rooms that use it:
// server/grants, server/logins, server/consents and server/marks.
package sessions
