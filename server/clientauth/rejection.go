package clientauth

import (
	"errors"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// errClientAuthentication is the one answer to everything that can be wrong with a client's
// credentials, so that nothing can be learned about which clients exist.
var errClientAuthentication = httpx.InvalidClient("The client is unknown, its credentials are wrong, or it sends others than spec.authentication of its OAuthClient says.")

// errMethod is for a client that sends its own secret in the other way.
var errMethod = map[oauthv1alpha1.AuthenticationMethod]*httpx.Error{
	oauthv1alpha1.AuthenticationBasic: httpx.InvalidClient("The client must send its secret in the Authorization header: spec.authentication of its OAuthClient, or a policy, has exactMethod."),
	oauthv1alpha1.AuthenticationPost:  httpx.InvalidClient("The client must send its secret in the body: spec.authentication of its OAuthClient, or a policy, has exactMethod."),
}

// rejection is why a client was not accepted. The refusal is for the client, the rest for the
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

// unknown rejects a client that the server does not have.
func (a *Authenticator) unknown(id string) error {
	switch a.Clients.Refusal(id) {
	case "":
		return &rejection{errClientAuthentication, audit.Claimed(id), audit.UnknownClient}
	case oauthv1alpha1.ReasonSuspended:
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

// Rejected adds to an event which client was not accepted and why, if that is what an error
// says.
func Rejected(event audit.Event, err error) audit.Event {
	if r, ok := errors.AsType[*rejection](err); ok {
		event.Claimed, event.Cause = r.claimed, r.cause
	}
	return event
}
