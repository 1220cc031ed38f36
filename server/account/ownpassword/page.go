package ownpassword

import (
	"context"
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// asked is what the form of the page brings back: whom it was made for.
type asked struct {
	flow.Sealed
	Subject string `json:"p,omitempty"`
}

func (s *Service) show(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if ok, answer, err := s.maySet(r.Context(), v); !ok {
		return answer, err
	}
	return s.page(v, http.StatusOK, "")
}

// maySet reports whether the user of a visit may set a password now, else it has the answer.
// Whoever has a second factor must have given it lately: somebody at the user's browser who
// knows the password must not keep the user out.
func (s *Service) maySet(ctx context.Context, v *flow.Visit) (bool, flow.Answer, error) {
	if v.Login == nil {
		answer, err := s.SignIn(ctx, v, endpoints.Password)
		return false, answer, err
	}
	if !s.Passwords.MayChange(v.Person) {
		return false, flow.Answer{}, errNoPassword
	}
	if s.Settings().SecondFactor == oauthv1alpha1.SecondFactorOff {
		return true, flow.Answer{}, nil
	}
	e, err := s.Factors.Find(ctx, v.Person)
	if err != nil {
		return false, flow.Answer{}, httpx.UnavailableIf(err)
	}
	if e.HasFactor() && (!v.Login.SecondFactor() || s.Now().Sub(v.Login.AuthTime) >= secondfactor.Recent) {
		answer, err := s.SignIn(ctx, v, endpoints.Password)
		return false, answer, err
	}
	return true, flow.Answer{}, nil
}

var errNoPassword = flow.Forbidden("You cannot change your password here. Ask an administrator, or the organization at which you sign in.")

func (s *Service) page(v *flow.Visit, status int, problem texts.Text) (flow.Answer, error) {
	hidden, err := v.Fields(flow.PagePassword, &asked{Subject: v.Person.Subject})
	if err != nil {
		return flow.Answer{}, err
	}
	return v.Page(status, ui.Password{
		Action: endpoints.Password, Hidden: hidden, Person: v.Person.DisplayName, Username: v.Person.Username, Shortest: shortestPassword,
		Problem: problem, AccountURI: endpoints.Account,
	}, ui.Policy{}), nil
}
