package pushed

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

const issuer = "https://auth.example.com"

var now = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func typical() *request.Request {
	return &request.Request{
		ClientID: "team.app", ClientUID: "uid", RedirectURI: "https://app.example/cb", RedirectSent: true, Mode: request.ModeQuery, State: []byte("s"),
		Scopes: []string{"openid"}, Challenge: make([]byte, 32),
		Pushed: &request.Pushed{Grant: "00112233445566778899aabbccddeeff", Until: now.Add(time.Hour)},
	}
}

func keySet(t testing.TB) *keys.Set {
	t.Helper()
	set, err := keystest.NewStore(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Replicas of two releases run next to each other for longer than a request_uri lives.
func TestContentOfARequestURI(t *testing.T) {
	const want = `{"v":1,"e":1893553535000,"r":{"client":"team.app","uid":"uid","uri":"https://app.example/cb","sent":true,"mode":"query","state":"cw==",` +
		`"scopes":["openid"],"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",` +
		`"push":{"grant":"00112233445566778899aabbccddeeff","until":"2030-01-02T04:04:05Z"}}}`
	set := keySet(t)
	uri, err := newURI(set, issuer, typical(), now)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := set.Open(keys.PurposePushedRequest, issuer, strings.TrimPrefix(uri, prefix))
	if err != nil || string(plain) != want {
		t.Errorf("it says %s, %v", plain, err)
	}
	t.Logf("%d characters", len(uri))
}

func TestOpen(t *testing.T) {
	set := keySet(t)
	uri, err := newURI(set, issuer, typical(), now)
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(text string) string { return prefix + set.Seal(keys.PurposePushedRequest, issuer, []byte(text)) }
	for name, test := range map[string]struct {
		issuer, client, uri string
		at                  time.Time
		want                error
	}{
		"at once":                     {issuer, "team.app", uri, now, nil},
		"just before its end":         {issuer, "team.app", uri, now.Add(lifetime - time.Millisecond), nil},
		"at its end":                  {issuer, "team.app", uri, now.Add(lifetime), errExpired},
		"much later":                  {issuer, "team.app", uri, now.Add(1000 * time.Hour), errExpired},
		"another client":              {issuer, "team.other", uri, now, errNotIssued},
		"another client, too late":    {issuer, "team.other", uri, now.Add(lifetime), errNotIssued},
		"another issuer":              {issuer + "/other", "team.app", uri, now, errNotIssued},
		"altered":                     {issuer, "team.app", uri[:100] + "AAAA" + uri[104:], now, errNotIssued},
		"cut":                         {issuer, "team.app", uri[:len(uri)-1], now, errNotIssued},
		"longer":                      {issuer, "team.app", uri + "A", now, errNotIssued},
		"with a line break":           {issuer, "team.app", uri + "\n", now, errNotIssued},
		"nothing behind the prefix":   {issuer, "team.app", prefix, now, errNotIssued},
		"a reference of another kind": {issuer, "team.app", prefix + "6esc_11ACC5bwc014ltc14eY22c", now, errNotIssued},
		"sealed for something else":   {issuer, "team.app", prefix + set.Seal(keys.PurposeFlow, issuer, []byte("{}")), now, errNotIssued},
		"a later version":             {issuer, "team.app", sealed(`{"v":3,"e":4000000000000,"r":{"client":"team.app"}}`), now, errNotIssued},
		"no request":                  {issuer, "team.app", sealed(`{"v":1,"e":4000000000000}`), now, errNotIssued},
		"not JSON":                    {issuer, "team.app", sealed(`v1`), now, errNotIssued},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(set, test.issuer, test.client, test.uri, test.at)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v", err)
			}
			if err == nil && !reflect.DeepEqual(r, typical()) {
				t.Errorf("it reads as %+v", r)
			}
		})
	}
}

func TestARequestURIFitsIntoAURL(t *testing.T) {
	set := keySet(t)
	r := typical()
	for n := 0; ; n += 256 {
		r.State = make([]byte, n)
		uri, err := newURI(set, issuer, r, now)
		if refusal, ok := errors.AsType[*httpx.Error](err); ok {
			if refusal.Status != http.StatusRequestEntityTooLarge || refusal.Code != httpx.CodeInvalidRequest || n < 3000 {
				t.Errorf("a state of %d bytes is refused with %d %v", n, refusal.Status, err)
			}
			return
		}
		if err != nil || len(uri) > maxURI || n > 8192 {
			t.Fatalf("a state of %d bytes makes a request_uri of %d characters: %v", n, len(uri), err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	set := keySet(f)
	uri, err := newURI(set, issuer, typical(), now)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{uri, prefix, "", "https://app.example/request.jwt", uri[:60]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Open(set, issuer, "team.app", text, now); err == nil && text != uri && text != strings.TrimPrefix(uri, prefix) {
			t.Errorf("%q opens", text)
		}
	})
}
