// Package revoke is kubectl oauth revoke: it ends the sessions of a user, of a client, or
// single Grants, by the states that the server and the admission policy of session objects
// know. What cannot be ended is counted, and does not keep the rest from ending.
package revoke
