// Package shown is what pages say of who asks the user: the host that gets the answer, where a
// client without an OAuthClient describes itself, and the device that shows a code.
//
// It owns what may be said of them, from what a request and its client are. It does not know how
// that looks (server/ui), and lets nobody in or out.
package shown
