package state

import (
	"encoding/json"
	"errors"
	"time"
)

// version is that of the format. Another one is not understood.
const version = 1

// State is what is known of one OAuthToken. Its zero value is nothing.
type State struct {
	// Fingerprint is that of what the tokens were issued for. They are not used for
	// anything else: a refresh token must reach no other provider.
	Fingerprint string `json:"fingerprint,omitempty"`
	// AccessToken and what the provider said of it; no ExpiresAt is no known end.
	AccessToken string    `json:"accessToken,omitempty"`
	TokenType   string    `json:"tokenType,omitempty"`
	Scopes      []string  `json:"scopes,omitempty"`
	IssuedAt    time.Time `json:"issuedAt,omitzero"`
	ExpiresAt   time.Time `json:"expiresAt,omitzero"`
	// RefreshToken is the newest one; empty if there is none.
	RefreshToken string `json:"refreshToken,omitempty"`
	// AuthorizedBy and AuthorizedAt say who authorized and when.
	AuthorizedBy string    `json:"authorizedBy,omitempty"`
	AuthorizedAt time.Time `json:"authorizedAt,omitzero"`
	// Handover is the last one whose code was spent.
	Handover string `json:"handover,omitempty"`
	// Ended is the reason for which only a person can go on; empty while the operator can.
	Ended string `json:"ended,omitempty"`
	// EndedFor is the fingerprint for which Ended counts; empty is any.
	EndedFor string `json:"endedFor,omitempty"`
	// Attempt is the last request that spends something; nil once its outcome is stored.
	Attempt *Attempt `json:"attempt,omitempty"`
}

// Attempt is a request that spends a refresh token or a code.
type Attempt struct {
	// Holder is the operator that sends it: each process has another name.
	Holder string `json:"holder"`
	// ID tells attempts of one holder apart.
	ID string `json:"id"`
	// Handover is that of the code; empty for a refresh token.
	Handover string `json:"handover,omitempty"`
	// Unanswered says that an earlier request with the same refresh token may have been
	// carried out, and its answer was lost.
	Unanswered bool `json:"unanswered,omitempty"`
}

var errFormat = errors.New("the state is not in the format of this release")

type stored struct {
	Version int `json:"version"`
	State
}

// Encode returns the stored form of a state.
func Encode(s State) ([]byte, error) { return json.Marshal(stored{version, s}) }

// Decode returns a state that was stored. The error quotes nothing of it.
func Decode(data []byte) (State, error) {
	var s stored
	if err := json.Unmarshal(data, &s); err != nil || s.Version != version {
		return State{}, errFormat
	}
	return s.State, nil
}

// Valid reports whether there is an access token that has not expired.
func (s *State) Valid(now time.Time) bool {
	return s.AccessToken != "" && (s.ExpiresAt.IsZero() || now.Before(s.ExpiresAt))
}
