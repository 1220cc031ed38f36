package attempts

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// TestAttemptAsJSON: users who are at a provider while a server is updated bring it back.
func TestAttemptAsJSON(t *testing.T) {
	attempt := Attempt{
		V: version, State: "state", Nonce: "nonce", Verifier: "verifier", Provider: "corp", Version: "version",
		RedirectURI: "https://auth.example.com/login/callback/corp", Began: noon.UnixMilli(), Login: true,
		Pending: json.RawMessage(`{"v":0,"b":null,"e":0,"n":"/account"}`),
	}
	golden := `{"v":1,"s":"state","n":"nonce","k":"verifier","p":"corp","i":"version","r":"https://auth.example.com/login/callback/corp",` +
		`"b":1767268800000,"l":true,"f":{"v":0,"b":null,"e":0,"n":"/account"}}`
	encoded, err := json.Marshal(&attempt)
	if err != nil || string(encoded) != golden {
		t.Errorf("%s, %v, want %s", encoded, err, golden)
	}
	var read Attempt
	if err := json.Unmarshal([]byte(golden), &read); err != nil || !reflect.DeepEqual(read, attempt) {
		t.Errorf("it is read as %+v, %v", read, err)
	}
}

// TestNew: nothing that must be a surprise is ever the same.
func TestNew(t *testing.T) {
	p := &providers.Provider{Name: "corp", RedirectURI: "https://auth.example.com/login/callback/corp", Version: "version"}
	one, other := New(p, noon), New(p, noon)
	if one.State == other.State || one.Nonce == other.Nonce || one.Verifier == other.Verifier || one.State == one.Nonce || len(one.Verifier) != 43 {
		t.Errorf("%+v and %+v", one, other)
	}
	want := upstream.Request{RedirectURI: p.RedirectURI, State: one.State, Nonce: one.Nonce, Verifier: one.Verifier, Began: noon}
	got := one.Request()
	if got.Began = got.Began.UTC(); got != want {
		t.Errorf("the provider is asked %+v, want %+v", got, want)
	}
}
