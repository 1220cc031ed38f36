package oauth2

import (
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/oauth2"
)

const (
	// maxKept is how long what is kept of an answer may be.
	maxKept = 4096
	// early is how long before its end an access token is not used any more.
	early = 30 * time.Second
)

// kept are the tokens with which a provider is asked again. They are stored, sealed, in place of
// the refresh token of an account: servers such as GitHub issue access tokens that do not
// expire, and no refresh tokens.
type kept struct {
	Access  string `json:"a"`
	Refresh string `json:"r,omitempty"`
	// Expiry is when the access token expires, in seconds since 1970; 0 if it does not.
	Expiry int64 `json:"e,omitempty"`
}

func keptOf(token *oauth2.Token) kept {
	k := kept{Access: token.AccessToken, Refresh: token.RefreshToken}
	if !token.Expiry.IsZero() {
		k.Expiry = token.Expiry.Unix()
	}
	return k
}

// pack returns what is kept of a token, "" if the server cannot be asked again with it.
func pack(token *oauth2.Token) string {
	k := keptOf(token)
	if k.Expiry != 0 && k.Refresh == "" {
		return ""
	}
	return k.text()
}

func (k kept) text() string {
	text, err := json.Marshal(k)
	if err != nil || len(text) > maxKept {
		return ""
	}
	return string(text)
}

func unpack(text string) (kept, error) {
	var k kept
	if json.Unmarshal([]byte(text), &k) != nil || k.Access == "" {
		return kept{}, errors.New("OAuth 2.0 server: it gave no token to ask again with")
	}
	return k, nil
}

func (k kept) expired(now time.Time) bool {
	return k.Expiry != 0 && k.Refresh != "" && !now.Add(early).Before(time.Unix(k.Expiry, 0))
}
