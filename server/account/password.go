package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/refused"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// Passwords are those of OAuthUsers.
type Passwords interface {
	// MayChange reports whether a user has a password here and may set another.
	MayChange(person *identity.Person) bool
	// NewPassword compares the present password of a user, as a sign-in does, and returns
	// another one. It returns factors.ErrNoPassword.
	NewPassword(ctx context.Context, person *identity.Person, given *identity.Attempt, password string, now time.Time) (*factors.NewPassword, error)
}

const (
	// shortestPassword is in characters, as long as NIST SP 800-63B section 5.1.1.2 asks for;
	// longestPassword is in bytes: no longer one can be given when signing in.
	shortestPassword, longestPassword = 8, 1024
)

// PasswordEndpoint returns the page at which users set a password of their own.
func (s *Service) PasswordEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showPassword, Post: s.changePassword}
}

func (s *Service) showPassword(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if ok, answer, err := s.maySet(r.Context(), v); !ok {
		return answer, err
	}
	return s.passwordPage(v, http.StatusOK, "")
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

// changePassword answers the form of the page.
func (s *Service) changePassword(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	var f own
	if err := v.Open(flow.PagePassword, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login != nil && v.Person.Subject != f.Subject {
		return flow.Answer{}, flow.Forbidden("Another user is signed in now. Open the page again.")
	}
	ctx := r.Context()
	if ok, answer, err := s.maySet(ctx, v); !ok {
		return answer, err
	}
	if problem := unfit(r.Form, v.Person.Username); problem != "" {
		return s.passwordPage(v, http.StatusBadRequest, problem)
	}
	if wait := s.changes.Take(s.Now(), limits.Share{Kind: "user", Key: v.Person.Subject, Budget: perSecurity}); wait > 0 {
		return s.refusePassword(v, &identity.TooManyError{RetryAfter: wait})
	}
	credential, err := s.setPassword(ctx, v, &identity.Attempt{
		Username: v.Person.Username, Password: r.Form.Get("current"), Address: s.Address(r), Known: v.Known(),
	}, r.Form.Get("new"))
	event := audit.Event{Decision: audit.Enrollment, Subject: v.Person.Subject}
	if err != nil {
		event.Refused = passwordRefusal(err)
	}
	audit.Record(ctx, event)
	if err != nil {
		return s.refusePassword(v, err)
	}
	return s.passwordSet(ctx, v, credential)
}

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

// setPassword stores another password for a user who gives the present one. The other browsers
// are signed out first: if that cannot be done, nothing is stored.
func (s *Service) setPassword(ctx context.Context, v *flow.Visit, given *identity.Attempt, password string) (credential string, err error) {
	next, err := s.Passwords.NewPassword(ctx, v.Person, given, password, s.Now())
	if err != nil {
		return "", err
	}
	if err := v.EndAllOthers(ctx, v.Person.Subject); err != nil {
		return "", err
	}
	return next.Credential, s.Factors.SetPassword(ctx, next)
}

// passwordSet says that it is done. The other browsers are signed out once more: one may have
// signed in with the former password meanwhile. A copy of this browser's cookie is one of them.
func (s *Service) passwordSet(ctx context.Context, v *flow.Visit, credential string) (flow.Answer, error) {
	page := ui.PasswordSet{
		Person: v.Person.DisplayName, Username: v.Person.Username, AccountURI: endpoints.Account,
		Others: "You are signed out of all other browsers.",
	}
	ended := v.EndAllOthers(ctx, v.Person.Subject)
	stays, renewed := v.Renew(ctx)
	switch {
	case ended != nil || renewed != nil:
		page.Others = "Somebody may still be signed in with the former password. Look at where you are signed in, and sign out what you do not know."
	case !stays:
		page.Others = "You are signed out of all browsers, also of this one. Sign in with the new password."
	}
	if err := v.PasswordSet(credential); err != nil {
		return flow.Answer{}, err
	}
	return v.Page(http.StatusOK, page, ui.Policy{}), nil
}

// refusePassword shows the form once more with what was wrong.
func (s *Service) refusePassword(v *flow.Visit, err error) (flow.Answer, error) {
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
	answer, err := s.passwordPage(v, refusal.Status, refusal.Problem)
	answer.RetryAfter = refusal.RetryAfter
	return answer, err
}

// passwordRefusal is why a password was not set.
func passwordRefusal(err error) string {
	if errors.Is(err, factors.ErrNoPassword) || errors.Is(err, factors.ErrPassword) {
		return httpx.CodeAccessDenied
	}
	return refused.Reason(err)
}

func (s *Service) passwordPage(v *flow.Visit, status int, problem texts.Text) (flow.Answer, error) {
	hidden, err := v.Fields(flow.PagePassword, &own{Subject: v.Person.Subject})
	if err != nil {
		return flow.Answer{}, err
	}
	return v.Page(status, ui.Password{
		Action: endpoints.Password, Hidden: hidden, Person: v.Person.DisplayName, Username: v.Person.Username, Shortest: shortestPassword,
		Problem: problem, AccountURI: endpoints.Account,
	}, ui.Policy{}), nil
}
