// Package audit says what the server decided: one line for each security decision.
//
// It owns what a line can hold, the fields of Event, of which none can be a secret, how a
// line is encoded, and how many lines senders get that have proved nothing. Only one field
// is taken from a request that was not verified: the client ID that it claims, of which no
// more is told than a client ID can be. It does not decide, and it does not write:
// server/httpx passes the events of a request on when that is answered, and internal/lines
// writes them.
package audit
