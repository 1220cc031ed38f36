// Package persons stores what identity providers last said about their users, one Person object
// for each user.
//
// It owns how a Person is stored, and which replica may ask a provider again: one at a time for
// each user, decided by an update of the Person that only one of them can make. It reads from
// the API server each time. It does not ask providers, or decide which users they let in
// (server/identity/chain).
package persons
