package authorization

import (
	"cmp"
	"context"
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/refused"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/authorization/steps"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// FactorEndpoint returns the page that asks for a second factor, whose form has the input
// code.
func (s *Service) FactorEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showFactor, Post: s.giveFactor}
}

// askFactor leads to the page. It is one that can be loaded again.
func (s *Service) askFactor(i *Interaction, h *secondfactor.Half) (flow.Answer, error) {
	sealed, err := i.Seal(flow.PageFactor, &pending{Request: i.Request, Next: i.Next, SignedIn: i.SignedIn, Half: h})
	return i.Redirect(flow.At(endpoints.Factor, sealed)), err
}

// stepUp asks a user who is signed in for a second factor. One who has none yet adds one
// right after giving a password.
func (s *Service) stepUp(ctx context.Context, i *Interaction) (flow.Answer, error) {
	demanded := s.demand(i) == steps.DemandFactor
	if s.Settings().SecondFactor == oauthv1alpha1.SecondFactorOff {
		return s.refuse(ctx, i, errNoFactors)
	}
	e, err := s.Factors.Find(ctx, i.Person)
	if err != nil {
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	switch {
	case e.HasFactor():
	case !demanded:
		// It is not asked for again while the request goes on.
		i.Request.Assurance = ""
		return s.Proceed(ctx, i)
	case s.Now().Sub(i.Login.AuthTime) > secondfactor.Recent:
		return s.signInPage(i, http.StatusOK, i.Person.Username, "")
	}
	return s.askFactor(i, &secondfactor.Half{
		Subject: i.Login.Subject, UserUID: i.Login.UserUID, Username: i.Person.Username,
		At: s.Now().UnixMilli(), Login: i.Login.Name, Generation: i.Login.Generation,
	})
}

// errNoFactors is the error of OpenID Connect Core Error Code
// unmet_authentication_requirements 1.0.
var errNoFactors = httpx.BadRequest(request.CodeUnmet,
	"A second factor is demanded, and spec.login.secondFactor of the OAuthServer is Off.")

// halfway returns the interaction of a page, and its user.
func (s *Service) halfway(r *http.Request) (*Interaction, *secondfactor.User, error) {
	i, err := s.inFlight(r, flow.PageFactor)
	if err != nil {
		return nil, nil, err
	}
	h := i.Half
	if h == nil || h.Ended(s.Now()) {
		return nil, nil, errEnded
	}
	if err := h.Check(i.Login); err != nil {
		return nil, nil, err
	}
	person, err := s.Users.Lookup(r.Context(), h.Subject, h.Link(i.Login))
	if err != nil {
		return nil, nil, httpx.Unavailable(err)
	}
	if person == nil || !person.Honours(h.UserUID, h.Began()) {
		return nil, nil, errEnded
	}
	e, err := s.Factors.Find(r.Context(), person)
	if err == nil && h.Login == "" && h.Evidence.Source == identity.SourceLocal && !s.Passwords.Current(person, e, h.Credential) {
		// There is another password by now.
		return nil, nil, errEnded
	}
	return i, &secondfactor.User{Half: h, Person: person, Enrolled: e}, httpx.UnavailableIf(err)
}

func (s *Service) showFactor(r *http.Request) (flow.Answer, error) {
	i, u, err := s.halfway(r)
	if err != nil {
		return flow.Answer{}, err
	}
	return s.factorPage(i, u, http.StatusOK, "")
}

// factorPage asks for a second factor, or shows how to add one.
func (s *Service) factorPage(i *Interaction, u *secondfactor.User, status int, problem texts.Text) (flow.Answer, error) {
	other, err := i.Seal(flow.PageSignIn, &pending{Request: i.Request, Next: i.Next})
	if err != nil {
		return flow.Answer{}, err
	}
	frame := &secondfactor.Frame{
		Action: endpoints.Factor, CancelURI: flow.At(endpoints.Login, other), Problem: problem,
		Hidden: func(h *secondfactor.Half) ([]ui.Field, error) {
			return i.Fields(flow.PageFactor, &pending{Request: i.Request, Next: i.Next, SignedIn: i.SignedIn, Half: h})
		},
	}
	if i.Client != nil {
		shown := flow.Application(i.Client)
		frame.Application = &shown
	}
	page, err := s.second.Page(u, frame)
	if err != nil {
		return flow.Answer{}, err
	}
	return i.Page(status, page, policy(i.Request)), nil
}

// giveFactor answers the forms of these pages.
func (s *Service) giveFactor(r *http.Request) (flow.Answer, error) {
	if r.Form.Get("action") == "continue" {
		i, err := s.inFlight(r, flow.PageCodes)
		if err != nil {
			return flow.Answer{}, err
		}
		return s.goOn(r.Context(), i)
	}
	i, u, err := s.halfway(r)
	if err != nil {
		return flow.Answer{}, err
	}
	ctx := r.Context()
	given, err := s.second.Give(ctx, u, i, r.Form)
	if err != nil {
		return s.refuseFactor(ctx, i, u, err)
	}
	if given.Added {
		audit.Record(ctx, audit.Event{Decision: audit.Enrollment, Client: flow.Audited(i.Client), Subject: u.Person.Subject})
	}
	return s.confirmed(ctx, i, u.Person, given)
}

// refuseFactor shows the page once more with what was wrong.
func (s *Service) refuseFactor(ctx context.Context, i *Interaction, u *secondfactor.User, err error) (flow.Answer, error) {
	refusal, known := secondfactor.Refuse(err, u.Enrolled)
	audit.Record(ctx, audit.Event{
		Decision: audit.Login, Refused: cmp.Or(refusal.Reason, refused.Reason(err)), Client: flow.Audited(i.Client), Subject: u.Person.Subject,
	})
	if !known {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	answer, err := s.factorPage(i, u, refusal.Status, refusal.Problem)
	answer.RetryAfter = refusal.RetryAfter
	return answer, err
}

// confirmed signs a user in who gave a second factor, or notes it in the Login. New recovery
// codes are shown also if that fails: they never are again.
func (s *Service) confirmed(ctx context.Context, i *Interaction, person *identity.Person, given *secondfactor.Given) (flow.Answer, error) {
	h, codes := i.Half, given.Codes
	var err error
	if h.Login != "" {
		err = s.noted(ctx, i, given.Methods)
	} else {
		who := &identity.Authentication{Person: person, Evidence: h.Evidence.With(given.Methods), Credential: h.Credential}
		if err = s.begin(ctx, i, who); err != nil && len(codes) == 0 {
			return s.refuseSignIn(ctx, i, h.Username, err)
		}
	}
	i.Half = nil
	switch {
	case len(codes) == 0 && err == nil:
		return s.goOn(ctx, i)
	case len(codes) == 0:
		return flow.Answer{}, err
	case err != nil:
		audit.Record(ctx, audit.Event{Decision: audit.Login, Refused: refused.Reason(err), Client: flow.Audited(i.Client), Subject: person.Subject})
	}
	hidden, err := i.Fields(flow.PageCodes, &pending{Request: i.Request, Next: cmp.Or(i.Next, endpoints.Account), SignedIn: i.SignedIn})
	return i.Page(http.StatusOK, ui.Codes{Codes: codes, Action: endpoints.Factor, Hidden: hidden}, policy(i.Request)), err
}

// noted adds a second factor to the Login of the browser.
func (s *Service) noted(ctx context.Context, i *Interaction, methods []string) error {
	if err := secondfactor.Note(ctx, i.Visit, s.Logins, methods); err != nil {
		return err
	}
	audit.Record(ctx, audit.Event{Decision: audit.Login, Client: flow.Audited(i.Client), Subject: i.Login.Subject})
	return nil
}
