// Package dpoptest makes DPoP proofs, good ones and others, for tests.
//
// It owns keys and how a proof is signed with them. It does not test package dpop, and no
// program imports it.
package dpoptest
