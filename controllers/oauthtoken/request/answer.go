package request

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/jsonmembers"
)

// Answer is a token response (RFC 6749 section 5.1).
type Answer struct {
	AccessToken, TokenType string
	// RefreshToken is the successor of the one that was sent; empty if that stays.
	RefreshToken string
	// ExpiresIn is the lifetime, if HasEnd says that it is known.
	ExpiresIn time.Duration
	HasEnd    bool
	// Scopes are those that were granted; nil if they are those that were asked for.
	Scopes []string
}

const (
	maxToken  = 32 << 10
	maxScopes = 64
	maxScope  = 256
	// longestLifetime is what a longer one is cut to.
	longestLifetime = 10 * 365 * 24 * time.Hour
)

// read reads an answer. Some providers, such as GitHub, answer errors with HTTP 200. An
// answer that is refused keeps its refresh token: the one that was sent may be spent.
func read(response *http.Response, body []byte) (Answer, error) {
	members, ok := jsonmembers.Parse(body, 8)
	if !ok {
		return Answer{}, failed(response, "")
	}
	if code, has := text(members, "error"); has || response.StatusCode != http.StatusOK {
		if code == "" && has {
			code = "unknown"
		}
		return Answer{}, failed(response, code)
	}
	answer, ok := success(members)
	if !ok {
		return Answer{RefreshToken: answer.RefreshToken}, failed(response, "")
	}
	return answer, nil
}

func success(members jsonmembers.Members) (a Answer, ok bool) {
	refresh, _ := text(members, "refresh_token")
	if !isToken(refresh) {
		return Answer{}, false
	}
	a.RefreshToken = refresh
	a.AccessToken, _ = text(members, "access_token")
	if a.AccessToken == "" || !isToken(a.AccessToken) {
		return a, false
	}
	a.TokenType = "Bearer"
	if kind, has := text(members, "token_type"); has && !strings.EqualFold(kind, "bearer") {
		// A token that is bound to a key is of no use to those who read the Secret.
		return a, false
	}
	if a.ExpiresIn, a.HasEnd, ok = lifetime(members["expires_in"]); !ok {
		return a, false
	}
	if scope, has := text(members, "scope"); has {
		a.Scopes = scopes(scope)
	}
	return a, true
}

// text returns a member that is a string.
func text(members jsonmembers.Members, name string) (string, bool) {
	raw, has := members[name]
	if !has || string(raw) == "null" {
		return "", false
	}
	var value string
	if json.Unmarshal(raw, &value) != nil {
		return "", true
	}
	return value, true
}

// isToken reports whether a header or a form can hold a token: printable ASCII without
// spaces.
func isToken(s string) bool {
	return len(s) <= maxToken && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}

// lifetime reads expires_in, which some providers send as a string, with a fraction or with
// an exponent.
func lifetime(raw json.RawMessage) (of time.Duration, has, ok bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return 0, false, true
	}
	seconds, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err != nil || seconds < 0 || math.IsNaN(seconds) || math.IsInf(seconds, 0) {
		return 0, false, false
	}
	return time.Duration(min(seconds, longestLifetime.Seconds())) * time.Second, true, true
}

// scopes reads granted scopes, which GitHub separates by commas.
func scopes(s string) []string {
	out := []string{}
	for _, scope := range strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == ',' }) {
		if len(scope) > maxScope || !isToken(scope) || len(out) == maxScopes {
			continue
		}
		out = append(out, scope)
	}
	return out
}
