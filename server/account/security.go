package account

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/base64url"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/limits"
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
	if v.Login == nil || s.Now().Sub(v.Login.AuthTime) >= secondfactor.Recent {
		answer, err := s.SignIn(r.Context(), v, endpoints.Security)
		return nil, answer, err
	}
	e, err := s.Factors.Find(r.Context(), v.Person)
	if err != nil {
		return nil, flow.Answer{}, httpx.UnavailableIf(err)
	}
	if e.HasFactor() && !v.Login.SecondFactor() {
		// Who knows the password alone must not replace the factor.
		answer, err := s.SignIn(r.Context(), v, endpoints.Security)
		return nil, answer, err
	}
	return &safe{v, e, mode == oauthv1alpha1.SecondFactorRequire}, flow.Answer{}, nil
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
		answer, err := s.securityPage(known, http.StatusTooManyRequests, texts.T("Too many attempts. Wait %d seconds, then try again.", seconds))
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

func (s *Service) changeFactors(ctx context.Context, v *safe, action string, form url.Values) (flow.Answer, error) {
	if !v.enrolled.HasFactor() {
		return s.securityPage(v, http.StatusConflict, "You have no second factor. Add one first.")
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
		return s.securityPage(v, http.StatusConflict, "A second factor is required here. Add another one before you remove the last.")
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
