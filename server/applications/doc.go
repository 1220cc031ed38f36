// Package applications is the start page: the applications that ask to be listed there and
// that let the user in who is signed in, with links to their home pages.
//
// It reads local copies and writes nothing. It does not decide who may sign in to a client
// or which of them are listed (server/clients/lookup), and has no account page
// (server/account).
package applications
