package authorization

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/grantor-dev/grantor/server/authorization/source"
	"github.com/grantor-dev/grantor/server/authorization/steps"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/subjects"
)

// authorize answers an authorization request whose parameters were parsed. Errors
// that it returns are for the user; those for the application are answers.
func (s *Service) authorize(r *http.Request) (flow.Answer, error) {
	client, err := s.Clients.Client(r.Form.Get("client_id"))
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	set, err := s.Keys.Current()
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	visit := sync.OnceValues(func() (*flow.Visit, error) { return s.Visit(r) })
	if client, err = s.described(r, client, visit); err != nil {
		return s.signInFirst(r, visit, err)
	}
	from, err := source.Of(r.Context(), s.Objects, set, s.Issuer(), client, r.Form, s.Now())
	if err != nil {
		return flow.Answer{}, err
	}
	asked, err := from.Target(client)
	if err != nil {
		return flow.Answer{}, err
	}
	client = asked.Of(client)
	if asked.Document != nil && asked.Pushed == nil {
		asked.Until = s.Now().Add(2 * s.Settings().PageLifetime)
	}
	i := &Interaction{Visit: &flow.Visit{}, Client: client, Request: asked}
	err = from.Complete(asked, client)
	flow.Prefer(r, asked.Locales)
	if err != nil {
		return s.refuse(r.Context(), i, err)
	}
	if i.Visit, err = visit(); err != nil {
		return flow.Answer{}, err
	}
	return s.Proceed(r.Context(), i)
}

// Proceed takes the next step of an interaction.
func (s *Service) Proceed(ctx context.Context, i *Interaction) (flow.Answer, error) {
	todo, _, err := s.next(ctx, i)
	if err != nil {
		return s.refuse(ctx, i, err)
	}
	switch todo {
	case steps.SignIn:
		return s.askToSignIn(ctx, i, i.Request.LoginHint)
	case steps.Factor:
		return s.stepUp(ctx, i)
	case steps.Consent:
		return s.consentPage(i)
	default:
		return s.allow(ctx, i)
	}
}

// next gathers the facts and decides on them. It also returns what the user has allowed
// the client.
func (s *Service) next(ctx context.Context, i *Interaction) (steps.Step, *consents.Consent, error) {
	if err := i.Request.Allowed(i.Client); err != nil {
		return 0, nil, err
	}
	consent, err := s.consent(ctx, i)
	if err != nil {
		return 0, nil, httpx.Unavailable(err)
	}
	known := &steps.Facts{
		Request: i.Request, Client: i.Client.People(), Asks: i.Request.Asks(i.Client), Login: i.Login, Person: i.Person, Consent: consent,
		SignedIn: i.signedIn(), Demand: s.demand(i), Now: s.Now(),
	}
	if i.Person != nil {
		known.Shut = !i.Client.LetsIn(i.Login.Source)
		known.Admits = i.Client.Admits(i.Person) &&
			i.Client.Admitted(i.Request.Audiences, i.Person.Username, i.Person.Groups)
		if known.Subjects, err = subjects.Known(i.Set, i.Client, i.Person.Subject); err != nil {
			return 0, nil, httpx.Unavailable(err)
		}
	}
	todo, err := steps.Next(known)
	return todo, consent, err
}

// allow ends an interaction as the user wants.
func (s *Service) allow(ctx context.Context, i *Interaction) (flow.Answer, error) {
	if err := s.unused(ctx, i.Request); err != nil {
		return flow.Answer{}, err
	}
	answer, err := s.outcome(i).Allow(ctx, i)
	if err != nil {
		return s.refuse(ctx, i, err)
	}
	return i.With(answer), nil
}

// refuse ends an interaction with an error that is meant for the application. It returns
// any other error.
func (s *Service) refuse(ctx context.Context, i *Interaction, err error) (flow.Answer, error) {
	refusal, ok := errors.AsType[*httpx.Error](err)
	if !ok || refusal.Status >= http.StatusInternalServerError {
		return flow.Answer{}, err
	}
	if s.unconfirmed(i) {
		return flow.Answer{}, refusal
	}
	answer, err := s.outcome(i).Refuse(ctx, i, refusal)
	return i.With(answer), err
}
