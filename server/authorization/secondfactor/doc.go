// Package secondfactor decides about a user who has given a password and not yet a second
// factor: how long there is time for it, what the page asks for, what becomes of an answer, and
// what a refusal says.
//
// It owns the Half of a sign-in, which is sealed from page to page, how much may be given beside
// one password, and how a second factor is noted in a Login. The page on which users add
// factors to their account shares that (server/account).
//
// It does not decide who must give a second factor, and does not know what the user signs in
// for (server/authorization). Whether a factor is right belongs to server/identity/factors.
package secondfactor
