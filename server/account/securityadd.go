package account

import (
	"context"
	"errors"
	"net/http"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
)

// adds is the user as one who adds a factor.
func (v *safe) adds() factors.Adding {
	return factors.Adding{
		Confirmed: v.Login.SecondFactor(), End: func(ctx context.Context) error { return v.EndOthers(ctx, v.Person.Subject) },
	}
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
		return s.securityPage(v, http.StatusConflict, "You have an authenticator app already. Remove it first.")
	}
	return s.added(ctx, v, identity.MethodOTP, codes, err)
}

// added answers a user who has added a factor, with recovery codes if there were none.
func (s *Service) added(ctx context.Context, v *safe, method string, codes []string, err error) (flow.Answer, error) {
	switch {
	case errors.Is(err, identity.ErrWrong):
		return s.securityPage(v, http.StatusForbidden, "The passkey does not verify. Try again.")
	case errors.Is(err, factors.ErrMany):
		return s.securityPage(v, http.StatusConflict, "You have as many passkeys as possible. Remove one first.")
	}
	if errors.Is(err, factors.ErrThere) {
		// It was added elsewhere since the page was made, and has to be given here.
		return s.SignIn(ctx, v.Visit, endpoints.Security)
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
	err := secondfactor.Note(ctx, v.Visit, s.Logins, []string{method})
	if errors.Is(err, secondfactor.ErrElsewhere) {
		return nil
	}
	return err
}
