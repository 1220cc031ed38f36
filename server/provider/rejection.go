package provider

import (
	"errors"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// rejection is why a client did not get in. The refusal is for the client, the rest for the
// audit log.
type rejection struct {
	refusal *httpx.Error
	claimed audit.ClientID
	cause   audit.Cause
}

// Error returns what the client may read, for logs.
func (r *rejection) Error() string { return r.refusal.Error() }

// Unwrap returns what the client may read.
func (r *rejection) Unwrap() error { return r.refusal }

// unreadable rejects a request whose credentials cannot be read.
func unreadable(id string, err error) error {
	refusal, ok := errors.AsType[*httpx.Error](err)
	if !ok {
		return err
	}
	cause := audit.Malformed
	switch {
	case refusal == errNoAuthentication:
		cause = audit.NoCredentials
	case refusal.Code == httpx.CodeInvalidRequest:
		cause = audit.TwoMethods
	}
	return &rejection{refusal, audit.Claimed(id), cause}
}

// absent rejects a client that the server does not have.
func (p *Provider) absent(id string) error {
	switch claimed, suspended := p.Clients.Claimed(id); {
	case !claimed:
		return &rejection{errClientAuthentication, audit.Claimed(id), audit.UnknownClient}
	case suspended:
		return &rejection{errClientAuthentication, audit.ClientID(id), audit.SuspendedClient}
	default:
		return &rejection{errClientAuthentication, audit.ClientID(id), audit.RefusedClient}
	}
}

// causeOf says why credentials that were sent in some way are not the client's.
func causeOf(client *clients.Client, method oauthv1alpha1.AuthenticationMethod) audit.Cause {
	switch {
	case !client.Accepts(method) && method == oauthv1alpha1.AuthenticationNone:
		return audit.NoCredentials
	case !client.Accepts(method):
		return audit.WrongMethod
	case method.HasSecret():
		return audit.WrongSecret
	case method == oauthv1alpha1.AuthenticationPrivateKeyJWT:
		return audit.AssertionFailed
	default:
		return audit.CertificateFailed
	}
}

// rejected adds to an event which client did not get in and why, if that is what an error
// says.
func rejected(event audit.Event, err error) audit.Event {
	if r, ok := errors.AsType[*rejection](err); ok {
		event.Claimed, event.Cause = r.claimed, r.cause
	}
	return event
}
