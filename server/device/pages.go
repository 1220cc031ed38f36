package device

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync/atomic"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// Interactions lets users sign in and decide.
type Interactions interface {
	// Proceed takes the next step of an interaction.
	Proceed(ctx context.Context, i *authorization.Interaction) (flow.Answer, error)
	// SignInPage asks a user to sign in, which leads to a path of this server.
	SignInPage(ctx context.Context, v *flow.Visit, next string) (flow.Answer, error)
	// SignInURI returns the path at which another user can sign in to a path of this server.
	SignInURI(v *flow.Visit, next string) (string, error)
}

var _ Interactions = (*authorization.Service)(nil)

// Service answers browsers at the page of devices.
type Service struct {
	*flow.Visits

	Interactions Interactions
	Outcome      *Outcome
	Polls        *Polls
	// Address returns where a browser is, the zero Addr for an address that many share.
	Address func(*http.Request) netip.Addr

	// holds counts the answers that are held back.
	holds atomic.Int64
}

// Endpoint returns the page. Its form has the input user_code.
func (s *Service) Endpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.show, Post: s.typed}
}

// form is what the page brings back: whom it was made for and, once one is typed, the code.
type form struct {
	flow.Sealed
	Subject  string `json:"p"`
	UserCode string `json:"c,omitempty"`
	// Since is when the code was typed, in seconds since 1970.
	Since int64 `json:"s,omitempty"`
}

// show answers a GET: of the link of a device, of the page for a code, or while its user
// waits for the device of a code. It writes nothing.
func (s *Service) show(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	switch {
	case r.Form.Has("link"):
		return s.link(r, v)
	case r.Form.Has(flow.Field):
		return s.wait(r, v)
	}
	return s.page(r.Context(), v, http.StatusOK, "", "")
}

// link goes on with the device that shows a link.
func (s *Service) link(r *http.Request, v *flow.Visit) (flow.Answer, error) {
	code, err := approvals.OpenLink(v.Set, s.Issuer(), r.Form.Get("link"))
	if err != nil {
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The link is not complete. Open the one that the device shows, or start again on the device.")
	}
	return s.proceed(r, v, code, false)
}

// proceed asks the user about a device.
func (s *Service) proceed(r *http.Request, v *flow.Visit, code *approvals.Code, typed bool) (flow.Answer, error) {
	if !s.Now().Before(code.ExpiresAt()) {
		return flow.Answer{}, errExpired
	}
	client, err := s.Clients.Client(code.ClientID)
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	asked, err := requestOf(client, code, typed)
	if err != nil {
		return flow.Answer{}, err
	}
	return s.Interactions.Proceed(r.Context(), &authorization.Interaction{Visit: v, Client: client, Request: asked, Address: s.Address(r)})
}

// page asks for a code, with the one that the user typed before: one that a link brings must
// be typed.
func (s *Service) page(ctx context.Context, v *flow.Visit, status int, userCode string, problem texts.Text) (flow.Answer, error) {
	if v.Login == nil {
		return s.Interactions.SignInPage(ctx, v, endpoints.Device)
	}
	hidden, err := v.Fields(flow.PageDevice, &form{Subject: v.Person.Subject})
	if err != nil {
		return flow.Answer{}, err
	}
	other, err := s.Interactions.SignInURI(v, endpoints.Device)
	if err != nil {
		return flow.Answer{}, err
	}
	return v.Page(status, ui.DeviceCode{
		Action: endpoints.Device, Hidden: hidden, Person: v.Person.DisplayName, Username: v.Person.Username,
		SwitchURI: other, Code: userCode, Problem: problem,
	}, ui.Policy{}), nil
}

// typed answers the form. It is one write.
func (s *Service) typed(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	var f form
	if err := v.Open(flow.PageDevice, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil || v.Person.Subject != f.Subject {
		return s.page(r.Context(), v, http.StatusForbidden, r.Form.Get("user_code"), "Another user is signed in now. Type the code again.")
	}
	code, ok := approvals.ParseUserCode(r.Form.Get("user_code"))
	if !ok {
		return s.page(r.Context(), v, http.StatusBadRequest, r.Form.Get("user_code"), "A code has eight letters, such as WDJB-MJHT.")
	}
	now := s.Now()
	if wait := s.Outcome.take(v.Person.Subject, now); wait > 0 {
		return flow.Answer{}, tooMany(wait)
	}
	err = s.Outcome.Approvals.Create(r.Context(), code, approvals.Approval{
		Subject: v.Person.Subject, UserUID: v.Person.UID, State: sessionv1alpha1.ApprovalClaimed, ExpiresAt: now.Add(serverspec.MaxDeviceCode),
	}, now)
	event := audit.Event{Decision: audit.Device, Subject: v.Person.Subject}
	if errors.Is(err, approvals.ErrTaken) {
		event.Refused = httpx.CodeAccessDenied
		audit.Record(r.Context(), event)
		return s.page(r.Context(), v, http.StatusForbidden, "", errTaken.Text())
	}
	if err != nil {
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	audit.Record(r.Context(), event)
	sealed, err := v.Seal(flow.PageDevice, &form{Subject: v.Person.Subject, UserCode: code, Since: now.Unix()})
	return v.Redirect(flow.At(endpoints.Device, sealed)), err
}
