package account

import (
	"context"
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"net/url"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/base64url"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// securing is what the forms of the security page bring back.
type securing struct {
	own

	// Secret is that of the app that the user adds.
	Secret []byte `json:"k,omitempty"`
	// Ceremony is what the browser is asked to add a passkey.
	Ceremony passkeys.Ceremony `json:"w,omitzero"`
}

// recent is how long ago the user of the security page may have signed in.
const recent = 5 * time.Minute

// SecurityEndpoint returns the page at which users add and remove what they sign in with.
func (s *Service) SecurityEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showSecurity, Post: s.changeSecurity}
}

// safe is a visit of a user who has just signed in, with every factor that there is.
type safe struct {
	*flow.Visit
	enrolled *enrollments.Enrollment
	required bool
}

// secure returns who opens the page; nil with an answer for a user who has to sign in again.
func (s *Service) secure(r *http.Request, v *flow.Visit) (*safe, flow.Answer, error) {
	mode := s.Settings().SecondFactor
	if mode == oauthv1alpha1.SecondFactorOff {
		return nil, flow.Answer{}, &httpx.Error{Code: httpx.CodeNotFound, Description: "There are no second factors here.", Status: http.StatusNotFound}
	}
	if v.Login == nil || s.Now().Sub(v.Login.AuthTime) >= recent {
		answer, err := s.SignIn(v, endpoints.Security)
		return nil, answer, err
	}
	e, err := s.Factors.Find(r.Context(), v.Person)
	if err != nil {
		return nil, flow.Answer{}, httpx.UnavailableIf(err)
	}
	if e.HasFactor() && !v.Login.SecondFactor() {
		// Who knows the password alone must not replace the factor.
		answer, err := s.SignIn(v, endpoints.Security)
		return nil, answer, err
	}
	return &safe{v, e, mode == oauthv1alpha1.SecondFactorRequire}, flow.Answer{}, nil
}

// adds is the user as one who adds a factor.
func (v *safe) adds() factors.Adding {
	return factors.Adding{
		Confirmed: v.Login.SecondFactor(), End: func(ctx context.Context) error { return v.EndOthers(ctx, v.Person.Subject) },
	}
}

func (s *Service) showSecurity(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	known, answer, err := s.secure(r, v)
	if known == nil {
		return answer, err
	}
	return s.securityPage(known, http.StatusOK, "", "")
}

func (s *Service) securityPage(v *safe, status int, notice, problem texts.Text) (flow.Answer, error) {
	e := v.enrolled
	asked, ceremony, err := s.Factors.NewPasskey(e, v.Person)
	if err != nil && !errors.Is(err, factors.ErrUnavailable) && !errors.Is(err, factors.ErrMany) {
		return flow.Answer{}, err
	}
	hidden, err := v.Fields(flow.PageSecurity, &securing{own: own{Subject: v.Person.Subject}, Ceremony: ceremony})
	if err != nil {
		return flow.Answer{}, err
	}
	page := ui.Security{
		Person: v.Person.DisplayName, Username: v.Person.Username, Action: endpoints.Security, Hidden: hidden, AccountURI: endpoints.Account,
		Notice: notice, Problem: problem, Recovery: len(e.Recovery), HasFactor: e.HasFactor(), Failures: e.Failures + e.KnownFailures,
		Passkey: string(asked),
	}
	for _, key := range e.Passkeys {
		shown := ui.Passkey{ID: base64.RawURLEncoding.EncodeToString(key.ID), Name: key.Name, Added: time.UnixMilli(key.AddedAt)}
		if key.UsedAt > 0 {
			shown.Used = time.UnixMilli(key.UsedAt)
		}
		page.Passkeys = append(page.Passkeys, shown)
	}
	if e.TOTP != nil {
		page.App = time.UnixMilli(e.TOTP.AddedAt)
	}
	return v.Page(status, page, ui.Policy{}), nil
}

// changeSecurity answers the forms of the page.
func (s *Service) changeSecurity(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	var f securing
	if err := v.Open(flow.PageSecurity, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login != nil && v.Person.Subject != f.Subject {
		return flow.Answer{}, flow.Forbidden("Another user is signed in now. Open the page again.")
	}
	known, answer, err := s.secure(r, v)
	if known == nil {
		return answer, err
	}
	action := r.Form.Get("action")
	if action == "continue" {
		return v.Redirect(endpoints.Security), nil
	}
	if wait := s.changes.Take(s.Now(), limits.Share{Kind: "user", Key: known.Person.Subject, Budget: perSecurity}); wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		answer, err := s.securityPage(known, http.StatusTooManyRequests, "", texts.T("Too many attempts. Wait %d seconds, then try again.", seconds))
		answer.RetryAfter = seconds
		return answer, err
	}
	switch action {
	case "new-app":
		return s.enrollPage(known, totp.NewSecret(), http.StatusOK, "")
	case "add":
		return s.addApp(r.Context(), known, f.Secret, r.Form.Get("code"))
	case "add-passkey":
		codes, err := s.Factors.AddPasskey(r.Context(), known.enrolled, known.Person, f.Ceremony, r.Form.Get("passkey"), r.Form.Get("name"), known.adds())
		return s.added(r.Context(), known, identity.MethodKey, codes, err)
	case "codes", "remove-app", "remove-passkey", "rename":
		return s.changeFactors(r.Context(), known, action, r.Form)
	}
	return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest,
		"The action must be new-app, add, remove-app, add-passkey, rename, remove-passkey, codes or continue.")
}

// enrollPage shows the secret of a new app, which is stored nowhere before the user has given
// a code of it.
func (s *Service) enrollPage(v *safe, secret []byte, status int, problem texts.Text) (flow.Answer, error) {
	hidden, err := v.Fields(flow.PageSecurity, &securing{own: own{Subject: v.Person.Subject}, Secret: secret})
	if err != nil {
		return flow.Answer{}, err
	}
	return v.Page(status, ui.Enroll{
		Action: endpoints.Security, Hidden: hidden, Person: v.Person.DisplayName, Username: v.Person.Username,
		URI: s.Factors.AppURI(v.Person.Username, secret), Secret: totp.Text(secret), Problem: problem, CancelURI: endpoints.Security,
	}, ui.Policy{}), nil
}

func (s *Service) addApp(ctx context.Context, v *safe, secret []byte, code string) (flow.Answer, error) {
	if len(secret) != totp.SecretSize {
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "Open the page again, and add the app once more.")
	}
	codes, err := s.Factors.AddApp(ctx, v.enrolled, secret, code, v.adds())
	switch {
	case errors.Is(err, identity.ErrWrong):
		return s.enrollPage(v, secret, http.StatusForbidden, "The code is wrong. Give the one that the app shows now. The clock of the phone must be right.")
	case errors.Is(err, factors.ErrThere) && v.Login.SecondFactor():
		return s.securityPage(v, http.StatusConflict, "", "You have an authenticator app already. Remove it first.")
	}
	return s.added(ctx, v, identity.MethodOTP, codes, err)
}

// added answers a user who has added a factor, with recovery codes if there were none.
func (s *Service) added(ctx context.Context, v *safe, method string, codes []string, err error) (flow.Answer, error) {
	switch {
	case errors.Is(err, identity.ErrWrong):
		return s.securityPage(v, http.StatusForbidden, "", "The passkey does not verify. Try again.")
	case errors.Is(err, factors.ErrMany):
		return s.securityPage(v, http.StatusConflict, "", "You have as many passkeys as possible. Remove one first.")
	}
	if errors.Is(err, factors.ErrThere) {
		// It was added elsewhere since the page was made, and has to be given here.
		return s.SignIn(v.Visit, endpoints.Security)
	}
	s.recordEnrollment(ctx, v, err)
	if err != nil {
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	// Codes are shown also if the Login could not be stored: they never are again.
	if err := s.confirmed(ctx, v, method); err != nil && len(codes) == 0 {
		return flow.Answer{}, err
	}
	if len(codes) == 0 {
		return v.Redirect(endpoints.Security), nil
	}
	return s.codesPage(v, codes)
}

// confirmed notes that the user of a Login has just given a second factor: else the page
// would ask for it now.
func (s *Service) confirmed(ctx context.Context, v *safe, method string) error {
	if v.Login.SecondFactor() {
		return nil
	}
	login, err := s.Logins.StepUp(ctx, v.Login, v.Login.With([]string{method}))
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return httpx.Unavailable(err)
	}
	return v.StepUp(login)
}

// codesPage shows recovery codes.
func (s *Service) codesPage(v *safe, codes []string) (flow.Answer, error) {
	hidden, err := v.Fields(flow.PageSecurity, &securing{own: own{Subject: v.Person.Subject}})
	return v.Page(http.StatusOK, ui.Codes{Codes: codes, Action: endpoints.Security, Hidden: hidden}, ui.Policy{}), err
}

func (s *Service) changeFactors(ctx context.Context, v *safe, action string, form url.Values) (flow.Answer, error) {
	if !v.enrolled.HasFactor() {
		return s.securityPage(v, http.StatusConflict, "", "You have no second factor. Add one first.")
	}
	var codes []string
	id, err := base64url.Decode(form.Get("id"))
	switch {
	case err != nil:
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The id is not one of a passkey.")
	case action == "codes":
		codes, err = s.Factors.NewCodes(ctx, v.enrolled)
	case action == "rename":
		err = s.Factors.RenamePasskey(ctx, v.enrolled, id, form.Get("name"))
	case action == "remove-passkey":
		err = s.Factors.RemovePasskey(ctx, v.enrolled, id, v.required)
	default:
		err = s.Factors.RemoveApp(ctx, v.enrolled, v.required)
	}
	if errors.Is(err, factors.ErrLast) {
		known, err := s.Factors.Find(ctx, v.Person)
		if err != nil {
			return flow.Answer{}, httpx.UnavailableIf(err)
		}
		v.enrolled = known
		return s.securityPage(v, http.StatusConflict, "", "A second factor is required here. Add another one before you remove the last.")
	}
	s.recordEnrollment(ctx, v, err)
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	if codes != nil {
		return s.codesPage(v, codes)
	}
	return v.Redirect(endpoints.Security), nil
}

func (s *Service) recordEnrollment(ctx context.Context, v *safe, err error) {
	event := audit.Event{Decision: audit.Enrollment, Subject: v.Person.Subject}
	if err != nil {
		event.Refused = httpx.CodeTemporarilyUnavailable
	}
	audit.Record(ctx, event)
}
