package outcome

import (
	"cmp"
	"errors"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// Change changes a state, whatever it is by now.
type Change func(*state.State) Effect

// Effect is what a change did.
type Effect int

const (
	// Unwanted changed nothing, since the state is another one by now.
	Unwanted Effect = iota
	// Noted changed the state, but has no new access token.
	Noted
	// Renewed stored a new access token.
	Renewed
)

// Sent is a token request that was sent.
type Sent struct {
	Token *oauthv1alpha1.OAuthToken
	// Fingerprint is that of what the token was requested for.
	Fingerprint string
	// Began is when it was sent.
	Began time.Time
	// Attempt is its mark, and Used the refresh token that was in it; nil and empty if it
	// spends nothing.
	Attempt *state.Attempt
	Used    string
	// Person is who authorized, and At when; only known of a code.
	Person string
	At     time.Time
}

// Asked returns what an answer to client_credentials makes of the state.
func (r Sent) Asked(answer request.Answer) Change {
	return func(s *state.State) Effect {
		if s.IssuedAt.After(r.Began) && s.Fingerprint == r.Fingerprint {
			return Unwanted
		}
		*s = state.State{Fingerprint: r.Fingerprint}
		r.take(s, answer)
		return Renewed
	}
}

// Spent returns what the answer to a request that spends something makes of the state, unless a
// successor is stored already. The access token of one that is not usable is left out.
func (r Sent) Spent(answer request.Answer, usable bool) Change {
	return func(s *state.State) Effect {
		if r.Attempt.Handover != "" {
			*s = state.State{Fingerprint: r.Fingerprint, AuthorizedBy: r.Person, AuthorizedAt: r.At.UTC().Truncate(time.Second), Handover: r.Attempt.Handover}
		} else if s.Fingerprint != r.Fingerprint || s.RefreshToken != r.Used && s.RefreshToken != "" {
			return Unwanted
		}
		s.Attempt, s.Ended, s.EndedFor = nil, "", ""
		s.RefreshToken = cmp.Or(answer.RefreshToken, s.RefreshToken, r.Used)
		if !usable {
			return Noted
		}
		r.take(s, answer)
		return Renewed
	}
}

// Ended returns what is left once the provider refuses the refresh token.
func (r Sent) Ended() Change {
	reason := oauthv1alpha1.ReasonAuthorizationRevoked
	if r.Attempt.Unanswered {
		reason = oauthv1alpha1.ReasonRefreshTokenLost
	}
	return func(s *state.State) Effect {
		if s.RefreshToken != r.Used {
			return Unwanted
		}
		s.RefreshToken, s.Ended, s.EndedFor, s.Attempt = "", reason, r.Fingerprint, nil
		return Noted
	}
}

// Abandoned returns what is left once a handover is given up. Tokens of an earlier one stay.
func Abandoned(handover, fingerprint string, why error) Change {
	reason := oauthv1alpha1.ReasonCodeNotRedeemed
	if errors.Is(why, ErrShort) {
		reason = oauthv1alpha1.ReasonLifetimeTooShort
	}
	return func(s *state.State) Effect {
		if s.Handover == handover {
			return Unwanted
		}
		s.Handover, s.Attempt = handover, nil
		if s.Fingerprint != fingerprint || s.RefreshToken == "" && s.AccessToken == "" {
			s.Ended, s.EndedFor = reason, fingerprint
		}
		return Noted
	}
}

// take stores the access token of an answer in a state.
func (r Sent) take(s *state.State, answer request.Answer) {
	s.AccessToken, s.TokenType = answer.AccessToken, answer.TokenType
	// The lifetime counts from when the provider made the token, which was not before.
	s.IssuedAt, s.ExpiresAt = r.Began.UTC().Truncate(time.Second), time.Time{}
	if answer.HasEnd {
		s.ExpiresAt = s.IssuedAt.Add(answer.ExpiresIn)
	}
	if answer.Scopes != nil {
		s.Scopes = answer.Scopes
	} else if s.Scopes == nil {
		s.Scopes = r.Token.Spec.Scopes
	}
}
