package gate

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/tokens"
)

const escapedACR = "https:%2F%2Fgrantor.dev%2Facr%2Fsecond-factor"

// What a proxy demands of the sign-in is read in both forms, and what cannot be demanded is a
// mistake.
func TestDemandsOfTheSignIn(t *testing.T) {
	for path, test := range map[string]struct {
		acr    string
		maxAge time.Duration
		err    error
	}{
		"":               {"", 0, nil},
		"?max_age=300":   {"", 5 * time.Minute, nil},
		";max_age=300/x": {"", 5 * time.Minute, nil},
		"?acr_values=" + identity.ACRSecondFactor + "&max_age=1&scope=read": {identity.ACRSecondFactor, time.Second, nil},
		"?acr_values=" + escapedACR:                                         {identity.ACRSecondFactor, 0, nil},
		";scope=read;acr_values=" + escapedACR + "/x?y=z":                   {identity.ACRSecondFactor, 0, nil},
		";max_age=60/x?max_age=0&acr_values=0":                              {"", time.Minute, nil},
		";max_age=60?max_age=60":                                            {"", 0, errMaxAge},
		"?max_age=":                                                         {"", 0, errMaxAge},
		"?max_age=0":                                                        {"", 0, errMaxAge},
		"?max_age=-1":                                                       {"", 0, errMaxAge},
		"?max_age=1.5":                                                      {"", 0, errMaxAge},
		"?max_age=%D9%A1":                                                   {"", 0, errMaxAge},
		"?max_age=5m":                                                       {"", 0, errMaxAge},
		"?max_age=4294967295":                                               {"", 0, errMaxAge},
		"?max_age=99999999999999999999":                                     {"", 0, errMaxAge},
		"?acr_values=":                                                      {"", 0, errACR},
		"?acr_values=0":                                                     {"", 0, errACR},
		"?acr_values=" + identity.ACRPassword:                               {"", 0, errACR},
		"?acr_values=" + identity.ACRSecondFactor + "%20" + identity.ACRPassword:              {"", 0, errACR},
		"?acr_values=" + identity.ACRSecondFactor + "&acr_values=" + identity.ACRSecondFactor: {"", 0, errACR},
		";acr_values=https://grantor.dev/acr/second-factor":                                   {"", 0, errACR},
		"?acr=" + identity.ACRSecondFactor:                                                    {"", 0, errParameter},
	} {
		e, _ := asking()
		r := httptest.NewRequest(http.MethodGet, "/x/gate/shop/tickets"+path, http.NoBody)
		asked, err := e.read(r)
		if !errors.Is(err, test.err) || err == nil && (asked.acr != test.acr || asked.maxAge != test.maxAge) {
			t.Errorf("%s: %q, %s, %v", path, asked.acr, asked.maxAge, err)
		}
	}
}

// A token meets what is demanded only by what it says itself.
func TestMet(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	ago := func(d time.Duration) int64 { return now.Add(-d).Unix() }
	for name, test := range map[string]struct {
		asked  question
		claims tokens.AccessClaims
		met    bool
	}{
		"nothing":                             {question{}, tokens.AccessClaims{}, true},
		"a factor that was given":             {question{acr: identity.ACRSecondFactor}, tokens.AccessClaims{ACR: identity.ACRSecondFactor}, true},
		"a factor that was not given":         {question{acr: identity.ACRSecondFactor}, tokens.AccessClaims{AuthTime: ago(0)}, false},
		"an age that is met":                  {question{maxAge: time.Minute}, tokens.AccessClaims{AuthTime: ago(time.Minute)}, true},
		"an older sign-in":                    {question{maxAge: time.Minute}, tokens.AccessClaims{AuthTime: ago(time.Minute + time.Second)}, false},
		"a clock that is behind":              {question{maxAge: time.Minute}, tokens.AccessClaims{AuthTime: ago(-time.Second)}, true},
		"an age without a time":               {question{maxAge: time.Minute}, tokens.AccessClaims{}, false},
		"both, of which the age is met":       {question{acr: identity.ACRSecondFactor, maxAge: time.Minute}, tokens.AccessClaims{AuthTime: ago(0)}, false},
		"both, of which the factor was given": {question{acr: identity.ACRSecondFactor, maxAge: time.Minute}, tokens.AccessClaims{ACR: identity.ACRSecondFactor, AuthTime: ago(time.Hour)}, false},
		"both":                                {question{acr: identity.ACRSecondFactor, maxAge: time.Minute}, tokens.AccessClaims{ACR: identity.ACRSecondFactor, AuthTime: ago(0)}, true},
	} {
		if met := test.asked.met(&test.claims, now); met != test.met {
			t.Errorf("%s: %t", name, met)
		}
	}
}
