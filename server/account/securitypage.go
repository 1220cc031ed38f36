package account

import (
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

func (s *Service) showSecurity(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	known, answer, err := s.secure(r, v)
	if known == nil {
		return answer, err
	}
	return s.securityPage(known, http.StatusOK, "")
}

func (s *Service) securityPage(v *safe, status int, problem texts.Text) (flow.Answer, error) {
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
		Problem: problem, Recovery: len(e.Recovery), HasFactor: e.HasFactor(), Failures: e.Failures + e.KnownFailures,
		Passkey: string(asked),
	}
	if s.Passwords.MayChange(v.Person) {
		page.PasswordURI = endpoints.Password
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

// enrollPage shows the secret of a new app, which is stored nowhere before the user has given
// a code of it.
func (s *Service) enrollPage(v *safe, secret []byte, status int, problem texts.Text) (flow.Answer, error) {
	hidden, err := v.Fields(flow.PageSecurity, &securing{own: own{Subject: v.Person.Subject}, Secret: secret})
	if err != nil {
		return flow.Answer{}, err
	}
	page := secondfactor.Enroll(s.Factors, v.Person, secret)
	page.Action, page.Hidden, page.Problem, page.CancelURI = endpoints.Security, hidden, problem, endpoints.Security
	return v.Page(status, page, ui.Policy{}), nil
}

// codesPage shows recovery codes.
func (s *Service) codesPage(v *safe, codes []string) (flow.Answer, error) {
	hidden, err := v.Fields(flow.PageSecurity, &securing{own: own{Subject: v.Person.Subject}})
	return v.Page(http.StatusOK, ui.Codes{Codes: codes, Action: endpoints.Security, Hidden: hidden}, ui.Policy{}), err
}
