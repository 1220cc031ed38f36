package authorization

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/authorization/source"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Interaction is a request on its way through the pages.
type Interaction struct {
	*flow.Visit
	// Client asks, for what Request says; both are nil where a user signs in to a page of
	// this server's own.
	Client  *clients.Client
	Request *request.Request
	// SignedIn is who gave a password for this request; empty for no user.
	SignedIn string
	// Subject is whom the consent page was made for.
	Subject string
	// Half is who has given a password, and not yet a second factor; nil for no user.
	Half *secondfactor.Half
	// Next is the path of the page that signing in leads to where there is no Request.
	Next string
	// Address is where the browser is, the zero Addr for an address that many share.
	Address netip.Addr
	// Provider is the identity provider whose form the sign-in page has, or at which Problem
	// came up.
	Provider, Problem string
	// Denied says that the user pressed that button of the consent page.
	Denied bool
}

// Outcome is what an interaction ends in: a code that the browser takes to the
// application, or an Approval for which a device asks.
type Outcome interface {
	// Allow gives the application what the user allows. An error that is meant for the
	// application is an httpx.Error below 500; it has changed nothing.
	Allow(ctx context.Context, i *Interaction) (flow.Answer, error)
	// Refuse gives the application an error.
	Refuse(ctx context.Context, i *Interaction, refusal *httpx.Error) (flow.Answer, error)
	// CancelURI leads back to the application without signing in; empty if nothing does.
	CancelURI(i *Interaction) string
}

// signedIn reports whether the user of the Login gave a password for this request.
// Another user who signed in to the browser since, elsewhere, did not.
func (i *Interaction) signedIn() bool {
	return i.Login != nil && i.SignedIn != "" && i.SignedIn == i.Login.Subject
}

// locales are the languages that the application asked for.
func (i *Interaction) locales() string {
	if i.Request != nil {
		return i.Request.Locales
	}
	_, query, _ := strings.Cut(i.Next, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get("ui_locales")
}

// pending is what the forms of an interaction bring back.
type pending struct {
	flow.Sealed
	Request  *request.Request `json:"r,omitempty"`
	SignedIn string           `json:"i,omitempty"`
	Subject  string           `json:"p,omitempty"`
	Next     string           `json:"n,omitempty"`
	// Provider and Problem are those of an Interaction.
	Provider string             `json:"o,omitempty"`
	Problem  string             `json:"w,omitempty"`
	Half     *secondfactor.Half `json:"h,omitempty"`
}

// inFlight returns the interaction that the form of a page belongs to.
func (s *Service) inFlight(r *http.Request, at flow.Page) (*Interaction, error) {
	v, err := s.Visit(r)
	if err != nil {
		return nil, err
	}
	var p pending
	if err := v.Open(at, r.Form, &p); err != nil {
		return nil, err
	}
	i := &Interaction{Visit: v, Request: p.Request, SignedIn: p.SignedIn, Subject: p.Subject, Next: p.Next, Provider: p.Provider, Problem: p.Problem, Half: p.Half, Address: s.Address(r)}
	flow.Prefer(r, i.locales())
	if i.Request != nil {
		i.Client, err = s.client(i.Request)
	}
	return i, err
}

// client returns the client of a request in flight, if it is still the same.
func (s *Service) client(r *request.Request) (*clients.Client, error) {
	client, err := s.Clients.Client(r.ClientID)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if r.Ended(s.Now()) {
		return nil, errEnded
	}
	client = r.Of(client)
	return client, source.StillKnown(r, client)
}

// unused returns an error for the user if a pushed request gave an authorization already:
// another code could only be refused. It is one live read, on behalf of a user who has signed
// in, so that unauthenticated requests cause none.
func (s *Service) unused(ctx context.Context, r *request.Request) error {
	if r.Pushed == nil {
		return nil
	}
	switch _, err := s.Grants.Find(ctx, r.Pushed.Grant); {
	case errors.Is(err, grants.ErrGone):
		return nil
	case err == nil, errors.Is(err, grants.ErrVoid):
		return errUsed
	default:
		return httpx.Unavailable(err)
	}
}

var (
	errEnded = httpx.BadRequest(httpx.CodeInvalidRequest, "This page has expired. Go back to the application and start again.")
	errUsed  = httpx.BadRequest(pushed.CodeInvalidRequestURI, "This request has already been used. Go back to the application and start again.")
)
