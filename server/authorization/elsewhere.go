package authorization

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/attempts"
	"github.com/grantor-dev/grantor/server/authorization/problems"
	"github.com/grantor-dev/grantor/server/authorization/ways"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// ways returns how a user can sign in for an interaction: all that its client lets in.
func (s *Service) ways(i *Interaction) ways.Ways {
	var all []*providers.Provider
	if s.Elsewhere != nil {
		all = s.Elsewhere.Providers.All()
	}
	return ways.Of(s.Settings().LocalLogin, all, func(source string) bool { return i.Client == nil || i.Client.LetsIn(source) })
}

// displayName returns what users call a provider, its name for one that is gone.
func (s *Service) displayName(name string) string {
	if s.Elsewhere != nil {
		if p := s.Elsewhere.Providers.Provider(name); p != nil {
			return p.DisplayName
		}
	}
	return name
}

// nameOf returns the name of a provider, empty for none.
func nameOf(p *providers.Provider) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// choose answers a button of the sign-in page: it leads to the provider, or to the form of a
// directory.
func (s *Service) choose(ctx context.Context, i *Interaction, name string) (flow.Answer, error) {
	p := s.ways(i).Named(name)
	if p == nil {
		i.Problem = problems.Gone
		return s.signInPage(i, http.StatusBadRequest, "", "")
	}
	if !p.Redirects() {
		i.Provider = p.Name
		return s.signInPage(i, http.StatusOK, "", "")
	}
	return s.leave(ctx, i, p)
}

// leave sends a user to a provider. Nothing is stored.
func (s *Service) leave(ctx context.Context, i *Interaction, p *providers.Provider) (flow.Answer, error) {
	connector, err := s.Elsewhere.Connectors.Redirecting(p)
	if err != nil || connector == nil {
		return s.backToSignIn(ctx, i, p, err)
	}
	a := attempts.New(p, s.Now())
	a.Login = mustSignInAnew(i)
	if a.Pending, err = json.Marshal(&pending{Request: i.Request, Next: i.Next}); err != nil {
		return flow.Answer{}, fmt.Errorf("encode interaction: %w", err)
	}
	to, err := connector.AuthorizationURL(ctx, requestOf(a, i))
	if err != nil {
		return s.backToSignIn(ctx, i, p, err)
	}
	if err := s.attempts.Keep(i.Visit, a); err != nil {
		return flow.Answer{}, err
	}
	return i.With(flow.Answer{Location: to}), nil
}

// mustSignInAnew reports whether an application asks for a fresh sign-in.
func mustSignInAnew(i *Interaction) bool {
	return i.Request != nil && (i.Request.Login || i.Request.MaxAge != nil)
}

// requestOf returns what a provider is asked.
func requestOf(a *attempts.Attempt, i *Interaction) upstream.Request {
	r := a.Request()
	if i.Request != nil && len(i.Request.LoginHint) <= maxHint {
		r.LoginHint = i.Request.LoginHint
	}
	return r
}

// maxHint is the length of a login_hint that a provider gets, in bytes.
const maxHint = 256

// backToSignIn leads a user back whom a provider did not sign in.
func (s *Service) backToSignIn(ctx context.Context, i *Interaction, p *providers.Provider, err error) (flow.Answer, error) {
	problem, reason, answered := problems.Of(err)
	if !answered {
		s.warn(p, err)
	}
	audit.Record(ctx, audit.Event{Decision: audit.Login, Refused: reason, Client: flow.Audited(i.Client)})
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
