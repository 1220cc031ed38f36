package authorization

import (
	"context"
	"errors"
	"log/slog"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/texts"
)

// Problems of users who come back, by what the sealed form of the sign-in page says.
const (
	problemGone    = "gone"
	problemRefused = "refused"
	problemAway    = "away"
	problemStale   = "stale"
	problemShut    = "shut"
)

// problem returns the sentence about what went wrong at a provider.
func (s *Service) problem(i *Interaction) texts.Text {
	if i.Problem == "" {
		return ""
	}
	name := i.Provider
	if s.Elsewhere != nil {
		if p := s.Elsewhere.Providers.Provider(i.Provider); p != nil {
			name = p.DisplayName
		}
	}
	switch i.Problem {
	case problemRefused:
		return texts.T("%s did not sign you in.", name)
	case problemAway:
		return texts.T("%s cannot be reached, or answers with an error. Try again in a moment.", name)
	case problemStale:
		return texts.T("The application asks you to sign in anew, and %s did not say that you did.", name)
	case problemShut:
		return texts.T("You signed in at %s, but this account may not sign in here.", name)
	default:
		return "This way to sign in is not available. Choose another one."
	}
}

// backToSignIn leads a user back whom a provider did not sign in.
func (s *Service) backToSignIn(ctx context.Context, i *Interaction, p *providers.Provider, err error) (flow.Answer, error) {
	problem, refused := problemAway, httpx.CodeTemporarilyUnavailable
	switch {
	case errors.Is(err, errRefused), errors.Is(err, upstream.ErrCode), errors.Is(err, upstream.ErrGone), errors.Is(err, upstream.ErrWrong):
		problem, refused = problemRefused, httpx.CodeAccessDenied
	case errors.Is(err, upstream.ErrStale):
		problem, refused = problemStale, httpx.CodeAccessDenied
	case errors.Is(err, upstream.ErrMixedUp):
		problem, refused = problemRefused, "mixed_up_provider"
	default:
		s.warn(p, err)
	}
	audit.Record(ctx, audit.Event{Decision: audit.Login, Refused: refused, Client: flow.Audited(i.Client)})
	return s.showProblem(i, p.Name, problem)
}

func (s *Service) warn(p *providers.Provider, err error) {
	if s.Elsewhere.Log != nil && err != nil {
		s.Elsewhere.Log.Warn("users cannot sign in at an identity provider", slog.String("provider", p.Name), slog.String("error", err.Error()))
	}
}

// showProblem leads to the sign-in page, which says what went wrong.
func (s *Service) showProblem(i *Interaction, provider, problem string) (flow.Answer, error) {
	sealed, err := i.Seal(flow.PageSignIn, &pending{Request: i.Request, Next: i.Next, Provider: provider, Problem: problem})
	if err != nil {
		return flow.Answer{}, err
	}
	return i.Redirect(flow.At(endpoints.Login, sealed)), nil
}
