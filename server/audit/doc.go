// Package audit says what the server decided: one line for each security decision.
//
// It owns what a line can hold, the fields of Event, of which none can be a secret and
// none is taken from a request that was not verified, and how a line is encoded. It does
// not decide, and it does not write: server/httpx passes the events of a request on when
// that is answered, and internal/lines writes them.
package audit
