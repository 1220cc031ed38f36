// Package audit says what the server decided: one line for each security decision.
//
// It owns what a line can hold: the fields of Event, of which none can be a secret and
// none is taken from a request that was not verified. It does not decide, and it does
// not write: server/httpx writes the events of a request when that is answered.
package audit
