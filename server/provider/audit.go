package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// refused records that a token request was refused and returns the error for the
// client.
func (p *Provider) refused(ctx context.Context, request fosite.AccessRequester, s *session, err error) error {
	event := rejected(p.tokenEvent(request, s), err)
	err = publicError(err)
	event.Refused = codeOf(err)
	audit.Record(ctx, event)
	return err
}

// tokenEvent says who asked for a token, as far as that is known.
func (p *Provider) tokenEvent(request fosite.AccessRequester, s *session) audit.Event {
	event := audit.Event{Decision: audit.Token}
	if s.grant != nil {
		event.Subject, event.Grant = s.grant.Subject, s.grant.Name
	}
	if request == nil {
		return event
	}
	if client, ok := request.GetClient().(*clients.Client); ok {
		event.Client = client
	}
	for _, grant := range request.GetGrantTypes() {
		if slices.Contains(p.grants, grant) {
			event.GrantType = grant
		}
	}
	return event
}

// codeOf returns the error code that a client is told.
func codeOf(err error) string {
	if known, ok := errors.AsType[*httpx.Error](err); ok {
		return known.Code
	}
	return httpx.CodeServerError
}
