package authorization

import (
	"context"
	"errors"
	"net/http"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/ui"
)

// codes end interactions with a code, or an error, at the redirect URI.
type codes struct{ *flow.Visits }

var _ Outcome = codes{}

// Allow implements Outcome. Nothing is stored: the code is sealed.
func (s codes) Allow(ctx context.Context, i *Interaction) (flow.Answer, error) {
	r, now := i.Request, s.Now()
	granted := i.Client.Access(r.Scopes, r.Audiences, r.Offline())
	code := grants.Code{
		Grant: storage.NewName(), ClientUID: r.ClientUID, Subject: i.Person.Subject, UserUID: i.Person.UID, Link: i.Login.Link,
		Login: i.Login.Name, Offline: r.Offline(), Refreshes: r.Refreshes, Remembered: remembers(i.Client),
		Scopes: grants.DigestsOf(granted.Scopes), Audiences: grants.DigestsOf(granted.Audiences), Nonce: r.Nonce, Challenge: r.Challenge,
		RedirectURI: grants.RedirectDigest(r.RedirectURI), RedirectSent: r.RedirectSent,
		Confirmation: r.Confirmation, IDToken: r.IDToken, Userinfo: r.Userinfo, AMR: i.Login.AMR, Said: i.Login.Said,
		AuthTime: i.Login.AuthTime, IssuedAt: now, ExpiresAt: now.Add(i.Client.Tokens().CodeLifetime),
	}
	if r.Pushed != nil {
		code.Grant, code.SharedUntil = r.Pushed.Grant, r.Pushed.Until.Add(i.Client.Tokens().CodeLifetime)
	}
	sealed, err := grants.SealCode(i.Set, s.Issuer(), code)
	if errors.Is(err, grants.ErrTooLong) {
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidScope, "The request asks for too many scopes and audiences at once.")
	}
	if err != nil {
		return flow.Answer{}, err
	}
	audit.Record(ctx, audit.Event{Decision: audit.Code, Client: i.Client, Subject: code.Subject, Grant: code.Grant, Scopes: r.Scopes})
	return s.respond(r, "code", sealed), nil
}

// Refuse implements Outcome.
func (s codes) Refuse(ctx context.Context, i *Interaction, refusal *httpx.Error) (flow.Answer, error) {
	event := audit.Event{Decision: audit.Code, Refused: refusal.Code, Client: i.Client}
	if i.Person != nil {
		event.Subject = i.Person.Subject
	}
	audit.Record(ctx, event)
	return s.respondError(i.Request, refusal), nil
}

// CancelURI implements Outcome. A form cannot be a link.
func (s codes) CancelURI(i *Interaction) string {
	if i.Request.Mode == request.ModeFormPost {
		return ""
	}
	return s.respondError(i.Request, httpx.BadRequest(httpx.CodeAccessDenied, "The user did not sign in.")).Location
}

func (s codes) respondError(r *request.Request, refusal *httpx.Error) flow.Answer {
	return s.respond(r, "error", refusal.Code, ui.Field{Name: "error_description", Value: refusal.Description})
}

// respond answers the application: with parameters of the response in the query or in
// a form (RFC 6749 section 4.1.2). iss tells which server answers (RFC 9207).
func (s codes) respond(r *request.Request, name, value string, more ...ui.Field) flow.Answer {
	fields := append([]ui.Field{{Name: name, Value: value}}, more...)
	if len(r.State) > 0 {
		fields = append(fields, ui.Field{Name: "state", Value: string(r.State)})
	}
	fields = append(fields, ui.Field{Name: "iss", Value: s.Issuer()})
	if r.Mode == request.ModeFormPost {
		return flow.Answer{Page: ui.FormPost{To: r.RedirectURI, Fields: fields}, Status: http.StatusOK, Policy: policy(r)}
	}
	return flow.Answer{Location: flow.WithQuery(r.RedirectURI, fields)}
}

// policy lets a form's answer lead to the application: Chromium holds redirects after
// a POST to form-action, and the application may redirect further.
func policy(r *request.Request) ui.Policy {
	if r == nil || r.Device != nil {
		return ui.Policy{}
	}
	return ui.Policy{FormAction: []string{"https:", ui.SchemeSource(r.RedirectURI)}}
}
