// Package persons keeps what identity providers said of their users last, one Person object
// for each user.
//
// It owns how a Person is stored, and who may ask a provider again: of all replicas, one at a
// time for each user, by an update of the Person that only one of them can make. Reads are
// live. It does not ask providers, and does not decide whom they let in
// (server/identity/chain).
package persons
