package authorization

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/problems"
	"github.com/grantor-dev/grantor/server/authorization/refused"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/authorization/shown"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// SignInPage asks a user to sign in to a page of this server, which has a path.
func (s *Service) SignInPage(ctx context.Context, v *flow.Visit, next string) (flow.Answer, error) {
	return s.askToSignIn(ctx, &Interaction{Visit: v, Next: next}, "")
}

// askToSignIn shows the sign-in page, or leads to the only provider there is.
func (s *Service) askToSignIn(ctx context.Context, i *Interaction, hint string) (flow.Answer, error) {
	if p := s.ways(i).Only(); p != nil && s.Settings().AutoRedirect && !i.SignedOut {
		return s.leave(ctx, i, p)
	}
	return s.signInPage(i, http.StatusOK, hint, "")
}

// SignInURI returns the path at which another user can sign in to a page of this server.
func (s *Service) SignInURI(v *flow.Visit, next string) (string, error) {
	sealed, err := v.Seal(flow.PageSignIn, &pending{Next: next})
	return flow.At(endpoints.Login, sealed), err
}

// signInPage asks for a name and a password.
func (s *Service) signInPage(i *Interaction, status int, username string, problem texts.Text) (flow.Answer, error) {
	w := s.ways(i)
	directory := w.Form(i.Provider)
	hidden, err := i.Fields(flow.PageSignIn, &pending{Request: i.Request, Next: i.Next, Provider: nameOf(directory)})
	if err != nil {
		return flow.Answer{}, err
	}
	page := ui.Login{Action: endpoints.Login, Hidden: hidden, Username: username, Problem: problem, Purpose: purpose(i.Next)}
	if i.Client != nil {
		application := flow.Application(i.Client)
		page.Application = &application
		page.Document, page.Host = shown.Document(i.Request, i.Client), shown.Host(i.Request, i.Client)
		if !s.unconfirmed(i) {
			page.CancelURI = s.outcome(i).CancelURI(i)
		}
	}
	if page.Problem == "" {
		page.Problem = problems.Text(i.Problem, s.displayName(i.Provider))
	}
	page.NoPassword, page.Providers = !w.Password && directory == nil, w.Buttons(directory)
	if directory != nil {
		page.At = directory.DisplayName
	}
	allowed := policy(i.Request)
	allowed.FormAction = append(allowed.FormAction, w.FormAction(s.Issuer())...)
	return i.Page(status, page, allowed), nil
}

// purpose says what a user signs in for, if that is a page of this server.
func purpose(next string) texts.Text {
	path, _, _ := strings.Cut(next, "?")
	switch {
	case path == endpoints.Applications:
		return texts.T("to see your applications")
	case path == endpoints.Device:
		return texts.T("to connect a device")
	case path == endpoints.Authorization:
		return texts.T("to continue to an application")
	case strings.HasPrefix(path, endpoints.Connect):
		return texts.T("to authorize a program")
	}
	return texts.T("to see your account")
}

// showSignIn answers a GET of the login page: one that a consent page led to, for
// another user to sign in, or none, for the account page.
func (s *Service) showSignIn(r *http.Request) (flow.Answer, error) {
	if !r.Form.Has(flow.Field) {
		v, err := s.Visit(r)
		if err != nil {
			return flow.Answer{}, err
		}
		return s.SignInPage(r.Context(), v, endpoints.Account)
	}
	i, err := s.inFlight(r, flow.PageSignIn)
	if err != nil {
		return flow.Answer{}, err
	}
	return s.signInPage(i, http.StatusOK, "", "")
}

// signIn answers the login form.
func (s *Service) signIn(r *http.Request) (flow.Answer, error) {
	i, err := s.inFlight(r, flow.PageSignIn)
	if err != nil {
		return flow.Answer{}, err
	}
	if name := r.Form.Get("provider"); name != "" {
		return s.choose(r.Context(), i, name)
	}
	username, directory := r.Form.Get("username"), nameOf(s.ways(i).Directory(i.Provider))
	if directory == "" && i.Provider != "" {
		// The password belongs to a directory that is gone, so no other source may see it.
		i.Problem = problems.Gone
		return s.signInPage(i, http.StatusBadRequest, "", "")
	}
	who, err := s.Users.Authenticate(r.Context(), &identity.Attempt{
		Provider: directory, Username: username, Password: r.Form.Get("password"), Address: s.Address(r), Known: i.Known(),
	})
	if err != nil {
		return s.refuseSignIn(r.Context(), i, username, err)
	}
	return s.signedIn(r.Context(), i, username, who)
}

// signedIn goes on with a user whom a source has authenticated: to the page that asks for a
// second factor, or as complete does.
func (s *Service) signedIn(ctx context.Context, i *Interaction, username string, who *identity.Authentication) (flow.Answer, error) {
	asks, err := s.asksFactor(ctx, i, who)
	if err != nil {
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	if asks {
		return s.askFactor(i, &secondfactor.Half{
			Subject: who.Person.Subject, UserUID: who.Person.UID, Evidence: who.Evidence, Credential: who.Credential, Username: username,
			At: s.Now().UnixMilli(),
		})
	}
	return s.complete(ctx, i, username, who)
}

// complete signs a user in. It is one write.
func (s *Service) complete(ctx context.Context, i *Interaction, username string, who *identity.Authentication) (flow.Answer, error) {
	if err := s.begin(ctx, i, who); err != nil {
		return s.refuseSignIn(ctx, i, username, err)
	}
	return s.goOn(ctx, i)
}

// begin makes a user be signed in.
func (s *Service) begin(ctx context.Context, i *Interaction, who *identity.Authentication) error {
	lifetime := s.Settings().SessionLifetime
	with := *who
	with.Agent = i.Agent()
	old, _ := i.Old()
	login, err := s.Logins.SignIn(ctx, old, &with, lifetime, s.Now())
	if err != nil {
		return err
	}
	if err := s.recheck(ctx, login, who); err != nil {
		return err
	}
	if err := i.SignIn(login, who, lifetime); err != nil {
		return err
	}
	audit.Record(ctx, audit.Event{Decision: audit.Login, Client: flow.Audited(i.Client), Subject: login.Subject})
	i.SignedIn = login.Subject
	return nil
}

// recheck refuses a Login that was made with a password that has been changed meanwhile: who
// changed it may have listed the Logins before this one was stored. No browser has its cookie yet,
// so it counts for nothing even if it cannot be ended.
func (s *Service) recheck(ctx context.Context, login *logins.Login, who *identity.Authentication) error {
	if who.Source != identity.SourceLocal {
		return nil
	}
	still, err := s.Passwords.Still(ctx, who.Person, who.Credential)
	if err == nil && still {
		return nil
	}
	if s.Logins.End(ctx, login.Name) == nil {
		s.Notices.Ended(login.Subject, login.Name)
	}
	if err == nil {
		err = identity.ErrWrong
	}
	return err
}

// goOn leads to where a user who has just signed in is going.
func (s *Service) goOn(ctx context.Context, i *Interaction) (flow.Answer, error) {
	if i.Request == nil {
		return i.Redirect(cmp.Or(i.Next, endpoints.Account)), nil
	}
	answer, err := s.Proceed(ctx, i)
	if _, consent := answer.Page.(ui.Consent); err != nil || !consent {
		return answer, err
	}
	// The page that follows a POST is one that can be loaded again.
	sealed, err := i.Seal(flow.PageConsent, &pending{Request: i.Request, SignedIn: i.SignedIn})
	return i.Redirect(flow.At(endpoints.Consent, sealed)), err
}

// refuseSignIn answers a user who was not let in.
func (s *Service) refuseSignIn(ctx context.Context, i *Interaction, username string, err error) (flow.Answer, error) {
	audit.Record(ctx, audit.Event{Decision: audit.Login, Refused: refused.Reason(err), Client: flow.Audited(i.Client)})
	return s.signInAgain(i, username, err)
}

// signInAgain shows the form once more with what was wrong.
func (s *Service) signInAgain(i *Interaction, username string, err error) (flow.Answer, error) {
	refusal, known := refused.Password(err)
	if !known {
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	answer, err := s.signInPage(i, refusal.Status, username, refusal.Problem)
	answer.RetryAfter = refusal.RetryAfter
	return answer, err
}
