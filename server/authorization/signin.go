package authorization

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/ui"
)

// signInPage asks for a name and a password. client is nil for the account page.
func (s *Service) signInPage(v *visit, client *clients.Client, f *flow, status int, username, problem string) (Answer, error) {
	hidden, err := s.form(v, pageSignIn, flow{Request: f.Request})
	if err != nil {
		return Answer{}, err
	}
	page := ui.Login{Action: endpoints.Login, Hidden: hidden, Username: username, Problem: problem}
	if client != nil {
		shown := application(client)
		page.Application = &shown
		page.CancelURI = s.cancelURI(f.Request)
	}
	return v.page(status, page, policy(f.Request)), nil
}

// cancelURI leads back to the application without signing in; a form cannot be a
// link.
func (s *Service) cancelURI(r *Request) string {
	if r.Mode == modeFormPost {
		return ""
	}
	return s.respondError(r, httpx.BadRequest(httpx.CodeAccessDenied, "The person did not sign in.")).Location
}

// SignInPage answers a GET of the login page: one that a consent page led to, for
// somebody else to sign in, or none, for the account page.
func (s *Service) SignInPage(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	if !form.Has(fieldFlow) {
		return s.signInPage(v, nil, &flow{}, http.StatusOK, "", "")
	}
	f, client, err := s.inFlight(v, pageSignIn, form)
	if err != nil {
		return Answer{}, err
	}
	return s.signInPage(v, client, f, http.StatusOK, "", "")
}

// SignIn answers the login form. A right password is one write.
func (s *Service) SignIn(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	f, client, err := s.inFlight(v, pageSignIn, form)
	if err != nil {
		return Answer{}, err
	}
	username := form.Get("username")
	person, err := s.People.Authenticate(r.Context(), username, form.Get("password"), s.Address(r))
	if err != nil {
		audit.Record(r.Context(), audit.Event{Decision: audit.Login, Refused: loginRefusal(err), Client: audited(client)})
		return s.signInAgain(v, client, f, username, err)
	}
	lifetime := s.Settings().SessionLifetime
	login, err := s.Logins.SignIn(r.Context(), v.login, person.Subject, string(person.UID), lifetime, s.Now())
	if err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	cookie, err := s.Logins.Cookie(login)
	if err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	v.cookies = append(v.cookies, v.jar.setLogin(cookie, lifetime))
	v.login, v.person = login, person
	audit.Record(r.Context(), audit.Event{Decision: audit.Login, Client: audited(client), Subject: person.Subject})
	if f.Request == nil {
		return Answer{Location: s.Issuer() + endpoints.Account, Cookies: v.cookies}, nil
	}
	f.SignedIn = person.Subject
	answer, err := s.proceed(r.Context(), v, client, f)
	return s.seeOther(v, f, answer, err)
}

// seeOther makes the page that follows a POST one that can be loaded again.
func (s *Service) seeOther(v *visit, f *flow, answer Answer, err error) (Answer, error) {
	if _, consent := answer.Page.(ui.Consent); err != nil || !consent {
		return answer, err
	}
	sealed, err := s.seal(v.set, pageConsent, v.marked(), flow{Request: f.Request, SignedIn: f.SignedIn})
	return Answer{Location: s.Issuer() + at(endpoints.Consent, sealed), Cookies: answer.Cookies}, err
}

// signInAgain shows the form once more with what was wrong.
func (s *Service) signInAgain(v *visit, client *clients.Client, f *flow, username string, err error) (Answer, error) {
	tooMany, many := errors.AsType[*identity.TooManyError](err)
	switch {
	case errors.Is(err, identity.ErrWrong):
		return s.signInPage(v, client, f, http.StatusForbidden, username, "The username or the password is wrong.")
	case many:
		seconds := int(math.Ceil(tooMany.RetryAfter.Seconds()))
		answer, err := s.signInPage(v, client, f, http.StatusTooManyRequests, username,
			fmt.Sprintf("Too many attempts. Wait %d seconds, then try again.", seconds))
		answer.RetryAfter = seconds
		return answer, err
	case errors.Is(err, identity.ErrBusy):
		answer, err := s.signInPage(v, client, f, http.StatusServiceUnavailable, username,
			"Many people are signing in at this moment. Try again.")
		answer.RetryAfter = 1
		return answer, err
	}
	return Answer{}, httpx.Unavailable(err)
}

// inFlight returns what the form of a page brings back, and the client of its
// request, if it has one.
func (s *Service) inFlight(v *visit, at page, form url.Values) (*flow, *clients.Client, error) {
	f, err := s.open(v.set, at, v.marks, form.Get(fieldFlow))
	if err != nil || f.Request == nil {
		return f, nil, err
	}
	client, err := s.client(f.Request)
	return f, client, err
}
