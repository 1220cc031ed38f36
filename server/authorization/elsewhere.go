package authorization

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/grantor-dev/grantor/server/authorization/attempts"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// choose answers a button of the sign-in page: it leads to the provider, or to the form of a
// directory.
func (s *Service) choose(ctx context.Context, i *Interaction, name string) (flow.Answer, error) {
	p := s.ways(i).Named(name)
	if p == nil {
		i.Problem = problemGone
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
