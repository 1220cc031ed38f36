package ownpassword

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/grantor-dev/grantor/server/authorization/refused"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/texts"
)

const (
	// shortestPassword is in characters, as long as NIST SP 800-63B section 5.1.1.2 asks for;
	// longestPassword is in bytes: no longer one can be given when signing in.
	shortestPassword, longestPassword = 8, 1024
)

// unfit says why a new password is none, empty for one that fits.
func unfit(form url.Values, username string) texts.Text {
	password := form.Get("new")
	switch {
	case password != form.Get("again"):
		return "The two new passwords are not the same."
	case !utf8.ValidString(password) || utf8.RuneCountInString(password) < shortestPassword:
		return texts.T("The new password needs at least %d characters.", shortestPassword)
	case len(password) > longestPassword:
		return texts.T("The new password is longer than %d bytes.", longestPassword)
	case strings.EqualFold(password, username):
		return "The new password must not be your username."
	case password == form.Get("current"):
		return "The new password must not be the present one."
	}
	return ""
}

// refuse shows the form once more with what was wrong.
func (s *Service) refuse(v *flow.Visit, err error) (flow.Answer, error) {
	refusal, known := refused.Password(err)
	switch {
	case errors.Is(err, factors.ErrNoPassword):
		return flow.Answer{}, errNoPassword
	case errors.Is(err, factors.ErrPassword):
		refusal = refused.Refusal{Status: http.StatusConflict, Problem: "Your password was changed elsewhere meanwhile. This change was not made."}
	case errors.Is(err, identity.ErrWrong):
		refusal.Problem = "The present password is wrong."
	case !known:
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	answer, err := s.page(v, refusal.Status, refusal.Problem)
	answer.RetryAfter = refusal.RetryAfter
	return answer, err
}

// reason is why a password was not set.
func reason(err error) string {
	if errors.Is(err, factors.ErrNoPassword) || errors.Is(err, factors.ErrPassword) || errors.Is(err, factors.ErrVoid) {
		return httpx.CodeAccessDenied
	}
	return refused.Reason(err)
}
