package clientdocuments

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

func (s *Store) describedBy(t testing.TB, id string, by Asker) (*clients.Client, error) {
	t.Helper()
	client, err := (&Source{Settings: s.Settings}).Client(id)
	if err != nil || client == nil {
		t.Fatalf("client %s: %v", id, err)
	}
	return s.Describe(t.Context(), client, by)
}

// flood asks for documents that are made up until no more are fetched.
func (s *Store) flood(t testing.TB, from netip.Addr) error {
	t.Helper()
	for n := range 2 * ofAll.Burst {
		_, err := s.describedBy(t, fmt.Sprintf("https://agent.example/flood/%x/%d", from.AsSlice(), n), Asker{Address: from})
		if errors.Is(err, ErrSignIn) {
			return err
		}
	}
	t.Fatal("a flood has no end")
	return nil
}

// A document that is known is fetched again whatever others have asked for.
func TestAFloodDoesNotStopRefreshes(t *testing.T) {
	s, h := newStore()
	if _, err := s.described(t, id, ""); err != nil {
		t.Fatal(err)
	}
	h.passes(2 * time.Hour)
	_ = s.flood(t, netip.Addr{})
	h.body = func(id string) string { return strings.Replace(document(id), "Agent", "Renamed", 1) }
	client, err := s.described(t, id, "")
	if err != nil || client.People().DisplayName != "Renamed" {
		t.Errorf("after a flood: %v, %+v", err, client)
	}
}

// One network leaves some for others, and those who hold something of a client have their own.
func TestSharesOfAFlood(t *testing.T) {
	s, _ := newStore()
	err := s.flood(t, netip.MustParseAddr("192.0.2.1"))
	if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Status != http.StatusServiceUnavailable || refusal.RetryAfter == 0 {
		t.Errorf("a flood is answered with %v", err)
	}
	if _, err := s.describedBy(t, id+"?n=1", Asker{Address: netip.MustParseAddr("192.0.2.2")}); err != nil {
		t.Errorf("another address: %v", err)
	}
	_ = s.flood(t, netip.Addr{})
	if _, err := s.describedBy(t, id+"?n=2", Asker{Address: netip.MustParseAddr("192.0.2.3")}); !errors.Is(err, ErrSignIn) {
		t.Errorf("another address, once all is used up: %v", err)
	}
	for n := range 3 {
		_, err := s.describedBy(t, fmt.Sprintf("%s?code=%d", id, n), Asker{Holder: "grant"})
		if (err == nil) != (n < ofFew.Burst) || errors.Is(err, ErrSignIn) {
			t.Errorf("number %d of one grant: %v", n, err)
		}
	}
}

// A host that is slow, or a user, keeps no others from theirs.
func TestRequestsThatWait(t *testing.T) {
	s, _ := newStore()
	waits := func(host string, listed bool, subject string, wanted bool) (leave func()) {
		t.Helper()
		leave, ok := s.wait(host, listed, subject)
		if ok != wanted {
			t.Errorf("%s %s: %v", host, subject, ok)
		}
		return leave
	}
	var leave func()
	for range maxWaiting {
		leave = waits("slow.example", true, "", true)
	}
	waits("slow.example", true, "", false)
	waits("agent.example", true, "", true)
	leave()
	waits("slow.example", true, "", true)
	for n := range maxWaiting {
		waits(fmt.Sprintf("%d.example", n), false, "local:eve", true)
	}
	waits("other.example", false, "local:eve", false)
	for n := range maxAllWaiting - maxWaiting {
		waits(fmt.Sprintf("%d.other.example", n), false, fmt.Sprintf("local:%d", n), true)
	}
	waits("other.example", false, "local:ada", false)
	waits("third.example", true, "local:ada", true)
}

// An answer that need not be the client's does not take the place of its document.
func TestAnswersThatAreNotTheClients(t *testing.T) {
	for name, change := range map[string]func(*host){
		"too slow":          func(h *host) { h.status = http.StatusRequestTimeout },
		"too early":         func(h *host) { h.status = http.StatusTooEarly },
		"a page":            func(h *host) { h.header.Set("Content-Type", "text/html") },
		"no JSON":           func(h *host) { h.body = func(string) string { return "<html>" } },
		"a private address": func(h *host) { h.refused = true },
	} {
		s, h := newStore()
		_, _ = s.described(t, id, "")
		change(h)
		h.passes(2 * time.Hour)
		if _, err := s.described(t, id, ""); err != nil || h.asked != 2 {
			t.Errorf("%s: %v, asked %d times", name, err, h.asked)
		}
		if _, err := s.described(t, id+"?new", ""); err == nil {
			t.Errorf("%s: a client without a document is accepted", name)
		}
	}
}

// What a host said while the OAuthServer listed it is not used once the host is no longer
// listed.
func TestAHostThatIsNoLongerNamed(t *testing.T) {
	var settings *serverspec.Documents
	s, h := newStore(func(d *serverspec.Documents) { settings, d.Others = d, true })
	if _, err := s.described(t, id, ""); err != nil {
		t.Fatal(err)
	}
	settings.Hosts = nil
	_, err := s.described(t, id, "")
	if _, busy := errors.AsType[*httpx.Error](err); !errors.Is(err, ErrSignIn) || busy || h.asked != 1 {
		t.Errorf("without a user: %v, asked %d times", err, h.asked)
	}
	if _, err := s.described(t, id, "local:ada"); err != nil || h.asked != 2 {
		t.Errorf("with a user: %v, asked %d times", err, h.asked)
	}
}

// A status is not shown, and the text of a status neither shown nor logged.
func TestWhatTheLogSays(t *testing.T) {
	s, h := newStore()
	var logged error
	s.Failed = func(_ string, err error) { logged = err }
	h.status, h.text = http.StatusNotFound, "404 s3cret"
	if _, err := s.described(t, id, ""); err == nil || strings.Contains(err.Error(), "404") {
		t.Errorf("the page says %v", err)
	}
	if logged == nil || !strings.HasSuffix(logged.Error(), ": the status is 404") {
		t.Errorf("the log says %v", logged)
	}
	h.status, h.text = http.StatusBadGateway, "502 s3cret"
	_, _ = s.described(t, id+"?n", "")
	if strings.Contains(logged.Error(), "s3cret") {
		t.Errorf("the log says %v", logged)
	}
}

const keys = `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`

func signing(keys string, more string) func(string) string {
	return func(id string) string {
		return strings.TrimSuffix(document(id), "}") + more + `,"jwks":` + keys + `}`
	}
}

// Where no key of a document is that of an assertion, it is fetched again.
func TestKeysThatAreNew(t *testing.T) {
	s, h := newStore()
	h.body = signing(keys, `,"token_endpoint_auth_method":"private_key_jwt"`)
	by := func(kid string) Asker {
		return Asker{Candidate: func(key publickeys.Key) bool { return key.Candidate("EdDSA", kid) }}
	}
	asks := func(kid string, wanted int) {
		t.Helper()
		if _, err := s.describedBy(t, id, by(kid)); err != nil || h.asked != wanted {
			t.Errorf("key %s: %v, asked %d times, not %d", kid, err, h.asked, wanted)
		}
	}
	asks("a", 1)
	asks("b", 1)
	h.passes(pause)
	asks("a", 1)
	h.body = signing(strings.Replace(keys, `"kid":"a"`, `"kid":"b"`, 1), `,"token_endpoint_auth_method":"private_key_jwt"`)
	asks("b", 2)
	asks("c", 2)
	h.passes(pause)
	h.away = true
	asks("c", 3)
}

// A client that can do both signs, if it can do so here.
func TestClientsThatCanDoBoth(t *testing.T) {
	const both = `,"token_endpoint_auth_methods_supported":["private_key_jwt","none"]`
	for name, test := range map[string]struct {
		body   string
		listed bool
		signs  bool
	}{
		"keys":                  {signing(keys, both)(id), true, true},
		"a host not named":      {signing(keys, both)(id), false, false},
		"no key that is usable": {signing(`{"keys":[]}`, both)(id), true, false},
		"no keys":               {strings.TrimSuffix(document(id), "}") + both + "}", true, false},
	} {
		d, wrong := read([]byte(test.body), id, "agent.example", test.listed)
		if wrong != nil || d.Signs != test.signs || (len(d.Keys) > 0) != test.signs {
			t.Errorf("%s: signs %v, %v", name, d.Signs, wrong)
		}
	}
	odd := strings.TrimSuffix(document(id), "}") + `,"token_endpoint_auth_method":"` + methodEither + `"}`
	if _, wrong := read([]byte(odd), id, "agent.example", true); wrong != errMethod {
		t.Errorf("a method of that name: %v", wrong)
	}
}

func TestNamesThatAreNotSeen(t *testing.T) {
	for _, name := range []string{"\u3164", "\u115f", "\u1160", "\u2800", "\uffa0", "Agent\u034f", "Agent\ufe0f", "Agent\u200b", "\u0301Agent", "A\u0336\u0335\u0334gent"} {
		body := strings.Replace(document(id), "Agent", name, 1)
		if _, wrong := read([]byte(body), id, "agent.example", true); wrong != errName {
			t.Errorf("%+q: %v", name, wrong)
		}
	}
}
