// Package steps decides what has to happen next to a user whom an application has sent: signing
// in, giving a second factor, consenting, or going back to the application.
//
// It is one pure function of facts, which is called again after every step, so that neither a
// page that was open for a while nor another tab can leave one out. It neither finds the facts
// nor takes the step (server/authorization).
package steps
