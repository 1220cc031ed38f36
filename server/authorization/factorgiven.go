package authorization

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/ui"
)

// perPassword bounds what is given beside one password: it costs live reads and signature
// checks.
var perPassword = limits.Budget{Burst: 20, Every: 6 * time.Second}

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
	// It is not counted for the user, whom others could keep from giving a passkey then.
	share := limits.Share{Kind: "password", Key: cmp.Or(i.Half.Login, fmt.Sprintf("%s %d", person.Subject, i.Half.At)), Budget: perPassword}
	if wait := s.halves.Take(s.Now(), share); wait > 0 {
		return s.refuseFactor(ctx, i, person, e, &identity.TooManyError{RetryAfter: wait})
	}
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
	by := factors.Adding{End: func(ctx context.Context) error { return i.EndOthers(ctx, person.Subject) }}
	if answer != "" {
		methods = []string{identity.MethodKey}
		codes, err = s.Factors.AddPasskey(ctx, e, person, h.Ceremony, answer, "", by)
	} else {
		methods = []string{identity.MethodOTP}
		codes, err = s.Factors.AddApp(ctx, e, h.Secret, code, by)
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
		if k.UserUID == i.Half.UserUID && e.Since > 0 && k.FactorAt > e.Since && (i.Half.Login != "" || k.Credential == i.Half.Credential) {
			return k.Browser
		}
	}
	return ""
}

// confirmed signs a user in who gave a second factor, or notes it in the Login. New recovery
// codes are shown also if that fails: they never are again.
func (s *Service) confirmed(ctx context.Context, i *Interaction, person *identity.Person, methods, codes []string) (flow.Answer, error) {
	h := i.Half
	var err error
	if h.Login != "" {
		err = s.noted(ctx, i, methods)
	} else {
		who := &identity.Authentication{Person: person, Evidence: h.Evidence.With(methods), Credential: h.Credential}
		if err = s.begin(ctx, i, who); err != nil && len(codes) == 0 {
			return s.refuseSignIn(ctx, i, h.Username, err)
		}
	}
	i.Half = nil
	switch {
	case len(codes) == 0 && err == nil:
		return s.goOn(ctx, i)
	case len(codes) == 0:
		return flow.Answer{}, err
	case err != nil:
		audit.Record(ctx, audit.Event{Decision: audit.Login, Refused: loginRefusal(err), Client: flow.Audited(i.Client), Subject: person.Subject})
	}
	hidden, err := i.Fields(flow.PageCodes, &pending{Request: i.Request, Next: cmp.Or(i.Next, endpoints.Account), SignedIn: i.SignedIn})
	return i.Page(http.StatusOK, ui.Codes{Codes: codes, Action: endpoints.Factor, Hidden: hidden}, policy(i.Request)), err
}

// noted adds a second factor to the Login of the browser.
func (s *Service) noted(ctx context.Context, i *Interaction, methods []string) error {
	login, err := s.Logins.StepUp(ctx, i.Login, i.Login.With(methods))
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return errElsewhere
	}
	if err != nil {
		return httpx.Unavailable(err)
	}
	if err := i.StepUp(login); err != nil {
		return err
	}
	audit.Record(ctx, audit.Event{Decision: audit.Login, Client: flow.Audited(i.Client), Subject: login.Subject})
	return nil
}

var errElsewhere = flow.Forbidden("You signed in or out elsewhere meanwhile. Go back to the application and start again.")
