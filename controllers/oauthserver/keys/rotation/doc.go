// Package rotation is the policy on when the keys of a server come and go.
//
// It is pure: Decide returns an Agenda for Inputs, and Apply the ring that follows. It
// owns how long a key is published before it is used and kept after that. It neither reads
// nor writes anything; the package keys does.
package rotation
