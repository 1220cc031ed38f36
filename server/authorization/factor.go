package authorization

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// half is a user who has given a password and not yet a second factor. It travels sealed:
// nobody is signed in, and nothing is stored.
type half struct {
	Subject  string            `json:"s"`
	UserUID  string            `json:"u"`
	Evidence identity.Evidence `json:"e"`
	// Credential and Username are what the user gave.
	Credential string `json:"c,omitempty"`
	Username   string `json:"n,omitempty"`
	// At is when, in milliseconds since 1970.
	At int64 `json:"t"`
	// Login is the Login of a user who is signed in already.
	Login string `json:"l,omitempty"`
	// Secret is that of the app that the user adds.
	Secret []byte `json:"k,omitempty"`
	// Ceremony is what the browser is asked about a passkey.
	Ceremony passkeys.Ceremony `json:"w,omitzero"`
}

const (
	// halfLifetime is how long a user has for a second factor.
	halfLifetime = 10 * time.Minute
	// recent is how long ago a user may have given a password to add the first factor.
	recent = 5 * time.Minute
)

// FactorEndpoint returns the page that asks for a second factor, whose form has the input
// code.
func (s *Service) FactorEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showFactor, Post: s.giveFactor}
}

// askFactor leads to the page. It is one that can be loaded again.
func (s *Service) askFactor(i *Interaction, h *half) (flow.Answer, error) {
	sealed, err := i.Seal(flow.PageFactor, &pending{Request: i.Request, Next: i.Next, SignedIn: i.SignedIn, Half: h})
	return i.Redirect(flow.At(endpoints.Factor, sealed)), err
}

// stepUp asks a user who is signed in for a second factor. One who has none yet adds one
// right after giving a password.
func (s *Service) stepUp(ctx context.Context, i *Interaction) (flow.Answer, error) {
	demanded := s.demand(i) == demandFactor
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
	case s.Now().Sub(i.Login.AuthTime) > recent:
		return s.signInPage(i, http.StatusOK, i.Person.Username, "")
	}
	return s.askFactor(i, &half{
		Subject: i.Login.Subject, UserUID: i.Login.UserUID, Evidence: i.Login.Evidence, Username: i.Person.Username,
		At: s.Now().UnixMilli(), Login: i.Login.Name,
	})
}

// errNoFactors is the error of OpenID Connect Core Error Code
// unmet_authentication_requirements 1.0.
var errNoFactors = httpx.BadRequest(request.CodeUnmet,
	"A second factor is demanded, and spec.login.secondFactor of the OAuthServer is Off.")

// halfway returns the interaction of a page, the user, and what the user has enrolled.
func (s *Service) halfway(r *http.Request) (*Interaction, *identity.Person, *enrollments.Enrollment, error) {
	i, err := s.inFlight(r, flow.PageFactor)
	if err != nil {
		return nil, nil, nil, err
	}
	h := i.Half
	if h == nil || s.Now().Sub(time.UnixMilli(h.At)) >= halfLifetime {
		return nil, nil, nil, errEnded
	}
	if h.Login != "" && (i.Login == nil || i.Login.Name != h.Login) {
		return nil, nil, nil, flow.Forbidden("Another user is signed in now. Go back to the application and begin again.")
	}
	person, err := s.Users.Lookup(r.Context(), h.Subject, h.Evidence.Link)
	if err != nil {
		return nil, nil, nil, httpx.Unavailable(err)
	}
	if person == nil || !person.Honours(h.UserUID, time.UnixMilli(h.At)) {
		return nil, nil, nil, errEnded
	}
	e, err := s.Factors.Find(r.Context(), person)
	return i, person, e, httpx.UnavailableIf(err)
}

func (s *Service) showFactor(r *http.Request) (flow.Answer, error) {
	i, person, e, err := s.halfway(r)
	if err != nil {
		return flow.Answer{}, err
	}
	return s.factorPage(i, person, e, http.StatusOK, "")
}

// factorPage asks for a second factor, or shows how to add one.
func (s *Service) factorPage(i *Interaction, person *identity.Person, e *enrollments.Enrollment, status int, problem texts.Text) (flow.Answer, error) {
	h := *i.Half
	var asked []byte
	var err error
	if e.HasFactor() {
		h.Secret = nil
		asked, h.Ceremony, err = s.Factors.AskPasskey(e, person)
	} else {
		if h.Secret == nil {
			h.Secret = totp.NewSecret()
		}
		asked, h.Ceremony, err = s.Factors.NewPasskey(e, person)
	}
	if err != nil && !errors.Is(err, factors.ErrUnavailable) {
		return flow.Answer{}, err
	}
	hidden, err := i.Fields(flow.PageFactor, &pending{Request: i.Request, Next: i.Next, SignedIn: i.SignedIn, Half: &h})
	if err != nil {
		return flow.Answer{}, err
	}
	other, err := i.Seal(flow.PageSignIn, &pending{Request: i.Request, Next: i.Next})
	if err != nil {
		return flow.Answer{}, err
	}
	cancel := flow.At(endpoints.Login, other)
	var app *ui.Application
	if i.Client != nil {
		shown := flow.Application(i.Client)
		app = &shown
	}
	if !e.HasFactor() {
		return i.Page(status, ui.Enroll{
			Application: app, Action: endpoints.Factor, Hidden: hidden, Person: person.DisplayName, Username: person.Username, Required: true,
			URI: s.Factors.AppURI(person.Username, h.Secret), Secret: totp.Text(h.Secret), Passkey: string(asked), Problem: problem, CancelURI: cancel,
		}, policy(i.Request)), nil
	}
	return i.Page(status, ui.Factor{
		Application: app, Action: endpoints.Factor, Hidden: hidden, Person: person.DisplayName, Username: person.Username,
		App: e.TOTP != nil, Recovery: len(e.Recovery) > 0, Passkey: string(asked), Problem: problem, CancelURI: cancel,
	}, policy(i.Request)), nil
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
	i, person, e, err := s.halfway(r)
	if err != nil {
		return flow.Answer{}, err
	}
	ctx := r.Context()
	methods, codes, err := s.given(ctx, i, person, e, r.Form)
	if err != nil {
		return s.refuseFactor(ctx, i, person, e, err)
	}
	return s.confirmed(ctx, i, person, methods, codes)
}

// given checks what a user gave, or adds it for one who had none yet.
func (s *Service) given(
	ctx context.Context, i *Interaction, person *identity.Person, e *enrollments.Enrollment, form url.Values,
) (methods, codes []string, err error) {
	answer, code, h := form.Get("passkey"), form.Get("code"), i.Half
	if e.HasFactor() {
		if answer != "" {
			methods, err = s.Factors.CheckPasskey(ctx, e, person, h.Ceremony, answer)
		} else {
			methods, err = s.Factors.Check(ctx, e, code, s.browser(i, e))
		}
		return methods, nil, err
	}
	if answer != "" {
		methods = []string{identity.MethodKey}
		codes, err = s.Factors.AddPasskey(ctx, e, person, h.Ceremony, answer, "")
	} else {
		methods = []string{identity.MethodOTP}
		codes, err = s.Factors.AddApp(ctx, e, h.Secret, code)
	}
	if err == nil {
		audit.Record(ctx, audit.Event{Decision: audit.Enrollment, Client: flow.Audited(i.Client), Subject: person.Subject})
	}
	return methods, codes, err
}

// browser returns the name of a browser in which the user gave a second factor before, empty
// for any other.
func (s *Service) browser(i *Interaction, e *enrollments.Enrollment) string {
	for _, k := range i.Known() {
		if k.UserUID == i.Half.UserUID && e.Since > 0 && k.SignedInAt > e.Since && (i.Half.Login != "" || k.Credential == i.Half.Credential) {
			return k.Browser
		}
	}
	return ""
}

// confirmed signs a user in who gave a second factor, or notes it in the Login.
func (s *Service) confirmed(ctx context.Context, i *Interaction, person *identity.Person, methods, codes []string) (flow.Answer, error) {
	h := i.Half
	evidence := h.Evidence.With(methods)
	if h.Login == "" {
		who := &identity.Authentication{Person: person, Evidence: evidence, Credential: h.Credential}
		if err := s.begin(ctx, i, who); err != nil {
			return s.refuseSignIn(ctx, i, h.Username, err)
		}
	} else {
		login, err := s.Logins.StepUp(ctx, i.Login, evidence)
		if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
			return flow.Answer{}, flow.Forbidden("You signed in or out elsewhere meanwhile. Go back to the application and begin again.")
		}
		if err != nil {
			return flow.Answer{}, httpx.Unavailable(err)
		}
		if err := i.StepUp(login); err != nil {
			return flow.Answer{}, err
		}
		audit.Record(ctx, audit.Event{Decision: audit.Login, Client: flow.Audited(i.Client), Subject: login.Subject})
	}
	i.Half = nil
	if len(codes) == 0 {
		return s.goOn(ctx, i)
	}
	hidden, err := i.Fields(flow.PageCodes, &pending{Request: i.Request, Next: cmp.Or(i.Next, endpoints.Account), SignedIn: i.SignedIn})
	return i.Page(http.StatusOK, ui.Codes{Codes: codes, Action: endpoints.Factor, Hidden: hidden}, policy(i.Request)), err
}

// refuseFactor shows the page once more with what was wrong.
func (s *Service) refuseFactor(ctx context.Context, i *Interaction, person *identity.Person, e *enrollments.Enrollment, err error) (flow.Answer, error) {
	event := audit.Event{Decision: audit.Login, Refused: factorRefusal(err), Client: flow.Audited(i.Client), Subject: person.Subject}
	audit.Record(ctx, event)
	tooMany, many := errors.AsType[*identity.TooManyError](err)
	switch {
	case errors.Is(err, identity.ErrWrong):
		return s.factorPage(i, person, e, http.StatusForbidden, "The code is wrong, or was used before. Wait for the next one, then try again.")
	case many:
		seconds := int(math.Ceil(tooMany.RetryAfter.Seconds()))
		answer, err := s.factorPage(i, person, e, http.StatusTooManyRequests, tooManyCodes(seconds, e))
		answer.RetryAfter = seconds
		return answer, err
	case errors.Is(err, passkeys.ErrCloned):
		return s.factorPage(i, person, e, http.StatusForbidden,
			"This passkey counts its uses, and has counted fewer than before: it may have been copied. Use something else, and remove it from your account.")
	case errors.Is(err, factors.ErrThere):
		return s.factorPage(i, person, e, http.StatusConflict, "You have added an app elsewhere meanwhile. Give its code.")
	}
	return flow.Answer{}, httpx.Unavailable(err)
}

// tooManyCodes says how long to wait.
func tooManyCodes(seconds int, e *enrollments.Enrollment) texts.Text {
	wait := texts.T("Too many wrong codes. Wait %d seconds, then try again.", seconds)
	if seconds > 120 {
		wait = texts.T("Too many wrong codes. Wait %d minutes, then try again.", (seconds+59)/60)
	}
	if len(e.Recovery) > 0 {
		return texts.Join(wait, "You can also give a recovery code.")
	}
	return wait
}

// factorRefusal is why a user was not let in.
func factorRefusal(err error) string {
	if errors.Is(err, identity.ErrWrong) {
		return "wrong_second_factor"
	}
	if errors.Is(err, passkeys.ErrCloned) {
		return "cloned_passkey"
	}
	return loginRefusal(err)
}
