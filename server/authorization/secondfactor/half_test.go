package secondfactor

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// TestHalfAsJSON: pages that are open while a server is updated bring it back.
func TestHalfAsJSON(t *testing.T) {
	for golden, half := range map[string]Half{
		`{"s":"local:ada","u":"ada","e":{"source":"local","amr":["pwd"]},"c":"hash","n":"Ada","t":1767268800000}`: {
			Subject: "local:ada", UserUID: "ada", Evidence: identity.Evidence{Source: "local", AMR: []string{"pwd"}},
			Credential: "hash", Username: "Ada", At: noon.UnixMilli(),
		},
		`{"s":"local:ada","u":"ada","e":{"source":"","amr":null},"t":1767268800000,"l":"login","g":2,"k":"AQI=","w":{"s":{"a":1},"t":3}}`: {
			Subject: "local:ada", UserUID: "ada", At: noon.UnixMilli(), Login: "login", Generation: 2, Secret: []byte{1, 2},
			Ceremony: passkeys.Ceremony{Session: json.RawMessage(`{"a":1}`), At: 3},
		},
	} {
		encoded, err := json.Marshal(half)
		if err != nil || string(encoded) != golden {
			t.Errorf("%s, %v, want %s", encoded, err, golden)
		}
		var read Half
		if err := json.Unmarshal([]byte(golden), &read); err != nil || !reflect.DeepEqual(read, half) {
			t.Errorf("%s is read as %+v, %v", golden, read, err)
		}
	}
}

func TestTimeForASecondFactor(t *testing.T) {
	h := &Half{At: noon.UnixMilli()}
	if h.Ended(noon.Add(10*time.Minute - time.Millisecond)) {
		t.Error("it ends before 10 minutes")
	}
	if !h.Ended(noon.Add(10 * time.Minute)) {
		t.Error("it goes on after 10 minutes")
	}
}

func TestAnotherLogin(t *testing.T) {
	signingIn, steppingUp := &Half{}, &Half{Login: "login", Generation: 2}
	same := &logins.Login{Name: "login", Generation: 2}
	for sentence, test := range map[string]struct {
		half  *Half
		login *logins.Login
		fits  bool
	}{
		"who signs in has no Login yet":          {signingIn, nil, true},
		"who signs in may have another Login":    {signingIn, same, true},
		"the Login is the same":                  {steppingUp, same, true},
		"the user signed out":                    {steppingUp, nil, false},
		"another user signed in":                 {steppingUp, &logins.Login{Name: "other", Generation: 2}, false},
		"the user signed in again, with a check": {steppingUp, &logins.Login{Name: "login", Generation: 3}, false},
	} {
		if err := test.half.Check(test.login); (err == nil) != test.fits {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if err := steppingUp.Check(&logins.Login{Name: "login", Generation: 3}); !errors.Is(err, ErrElsewhere) {
		t.Errorf("another generation: %v", err)
	}
}
