package authorization

import (
	"errors"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
)

// audited returns what is told of a client; nil for none.
func audited(client *clients.Client) audit.Client {
	if client == nil {
		return nil
	}
	return client
}

// consentEvent says what a person decided.
func consentEvent(v *visit, client *clients.Client, refused string) audit.Event {
	event := audit.Event{Decision: audit.Consent, Refused: refused, Client: client}
	if v.person != nil {
		event.Subject = v.person.Subject
	}
	return event
}

// loginRefusal is why somebody was not let in. The name that was given is not told: it
// may be a password that was typed into the wrong field.
func loginRefusal(err error) string {
	if _, many := errors.AsType[*identity.TooManyError](err); many {
		return "too_many_attempts"
	}
	if errors.Is(err, identity.ErrWrong) {
		return "wrong_credentials"
	}
	return httpx.CodeTemporarilyUnavailable
}
