package outcome

import (
	"errors"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// A change meets the state that is stored by now, which may be another one than was read.
func TestChangesOfAStateThatIsAnotherOneByNow(t *testing.T) {
	answer := request.Answer{AccessToken: "b", TokenType: "Bearer", RefreshToken: "s", ExpiresIn: time.Hour, HasEnd: true}
	refresh := Sent{Token: &oauthv1alpha1.OAuthToken{}, Fingerprint: "f", Began: noon, Attempt: &state.Attempt{ID: "1"}, Used: "r"}
	unanswered, code := refresh, refresh
	unanswered.Attempt = &state.Attempt{ID: "1", Unanswered: true}
	code.Attempt, code.Used, code.Person, code.At = &state.Attempt{ID: "1", Handover: "h"}, "", "ada", noon
	read := state.State{Fingerprint: "f", AccessToken: "a", RefreshToken: "r", Attempt: refresh.Attempt}
	with := func(change func(*state.State)) state.State {
		s := read
		change(&s)
		return s
	}
	successor := with(func(s *state.State) { s.RefreshToken = "r2" })
	other := with(func(s *state.State) { s.Fingerprint = "g" })
	for name, test := range map[string]struct {
		change                 Change
		stored                 state.State
		effect                 Effect
		access, refresh, ended string
	}{
		"a refresh":                                {refresh.Spent(answer, true), read, Renewed, "b", "s", ""},
		"a refresh, and a successor is stored":     {refresh.Spent(answer, true), successor, Unwanted, "a", "r2", ""},
		"a refresh for what is not wanted now":     {refresh.Spent(answer, true), other, Unwanted, "a", "r", ""},
		"a refresh without a usable token":         {refresh.Spent(request.Answer{RefreshToken: "s"}, false), read, Noted, "a", "s", ""},
		"a refresh without a successor":            {refresh.Spent(request.Answer{AccessToken: "b"}, true), read, Renewed, "b", "r", ""},
		"a code":                                   {code.Spent(answer, true), other, Renewed, "b", "s", ""},
		"a refused refresh token":                  {refresh.Ended(), read, Noted, "a", "", oauthv1alpha1.ReasonAuthorizationRevoked},
		"a refused one after a lost answer":        {unanswered.Ended(), read, Noted, "a", "", oauthv1alpha1.ReasonRefreshTokenLost},
		"a refused one that has a successor":       {refresh.Ended(), successor, Unwanted, "a", "r2", ""},
		"a code that is given up":                  {Abandoned("h", "f", errors.New("lost")), read, Noted, "a", "r", ""},
		"a code that is given up, without a token": {Abandoned("h", "f", errors.New("lost")), state.State{}, Noted, "", "", oauthv1alpha1.ReasonCodeNotRedeemed},
		"a code whose token is too short":          {Abandoned("h", "f", ErrShort), state.State{}, Noted, "", "", oauthv1alpha1.ReasonLifetimeTooShort},
		"a code that was given up before":          {Abandoned("h", "f", ErrShort), with(func(s *state.State) { s.Handover = "h" }), Unwanted, "a", "r", ""},
		"a newer token of the client itself":       {refresh.Asked(answer), with(func(s *state.State) { s.IssuedAt = noon.Add(time.Second) }), Unwanted, "a", "r", ""},
		"an older token of the client itself":      {refresh.Asked(answer), read, Renewed, "b", "", ""},
	} {
		s := test.stored
		effect := test.change(&s)
		if effect != test.effect || s.AccessToken != test.access || s.RefreshToken != test.refresh || s.Ended != test.ended {
			t.Errorf("%s: effect %d, %+v", name, effect, s)
		}
		if effect != Unwanted && s.Attempt != nil {
			t.Errorf("%s: the mark stays", name)
		}
	}
}
