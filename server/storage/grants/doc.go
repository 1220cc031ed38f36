// Package grants keeps what users have authorized: one Grant object for each
// authorization, one write for each step.
//
// It owns the form of authorization codes and refresh tokens, what is stored of a
// Grant and how, and what happens when requests race or answers are lost. A code is
// sealed and not stored; redeeming it creates the Grant that it names, so a second
// redemption meets the first one's. A refresh is one guarded update, a revocation
// another. Reads are live.
//
// It does not decide who may have a Grant or what its tokens say (server/token).
//
// It has more than 900 lines and is one package: codes, refresh tokens and the stored form of
// a Grant share what must not be readable elsewhere, the payload and its keys.
package grants
