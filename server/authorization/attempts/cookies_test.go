package attempts

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

// browser keeps the cookies that it is given.
type browser struct {
	visits *flow.Visits
	kept   map[string]*http.Cookie
}

// visit is one with what the browser keeps; state is that of an answer of a provider.
func (b *browser) visit(t testing.TB, state string) (*http.Request, *flow.Visit) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/login/callback/corp", http.NoBody)
	r.Form = url.Values{"state": {state}}
	for _, cookie := range b.kept {
		r.AddCookie(cookie)
	}
	v, err := b.visits.Visit(r)
	if err != nil {
		t.Fatal(err)
	}
	return r, v
}

func (b *browser) answered(v *flow.Visit) {
	for _, cookie := range v.With(flow.Answer{}).Cookies {
		if cookie.MaxAge < 0 {
			delete(b.kept, cookie.Name)
		} else {
			b.kept[cookie.Name] = cookie
		}
	}
}

// TestCookies: an answer counts for its own attempt, at its own provider, for some time.
func TestCookies(t *testing.T) {
	now := noon
	backend, _ := storagetest.NewBackend(t)
	backend.Issuer = func() string { return "https://auth.example.com" }
	clock := func() time.Time { return now }
	b := &browser{&flow.Visits{Issuer: backend.Issuer, Keys: backend.Keys, Logins: logins.New(backend, nil), Now: clock}, map[string]*http.Cookie{}}
	c := &Cookies{Issuer: backend.Issuer, Now: clock}
	corp := &providers.Provider{Name: "corp"}
	leave := func(pending string) *Attempt {
		t.Helper()
		now = now.Add(time.Second)
		a := New(corp, now)
		a.Pending = json.RawMessage(pending)
		_, v := b.visit(t, "")
		if err := c.Keep(v, a); err != nil {
			t.Fatal(err)
		}
		b.answered(v)
		return a
	}
	find := func(state, provider string) *Attempt {
		t.Helper()
		r, v := b.visit(t, state)
		return c.Find(r, v, provider)
	}
	long := `{"n":"` + strings.Repeat("x", 3000) + `"}`
	a := leave(long)
	if len(b.kept) != 2 {
		t.Errorf("a long attempt has %d cookies", len(b.kept))
	}
	if found := find(a.State, "corp"); found == nil || found.Nonce != a.Nonce || string(found.Pending) != long {
		t.Fatalf("the attempt is found as %+v", found)
	}
	for sentence, found := range map[string]*Attempt{
		"another provider":            find(a.State, "other"),
		"another state":               find(storage.NewName(), "corp"),
		"a state with the same start": find(a.State[:shortState]+storage.NewName()[shortState:], "corp"),
		"no state":                    find("", "corp"),
	} {
		if found != nil {
			t.Errorf("%s: %+v", sentence, found)
		}
	}
	next := leave("{}")
	r, v := b.visit(t, "")
	c.Drop(r, v, a)
	b.answered(v)
	if find(a.State, "corp") != nil || find(next.State, "corp") == nil {
		t.Error("another attempt than the one that was dropped is gone")
	}
	for range maxAttempts {
		leave("{}")
	}
	if len(b.kept) != maxAttempts || find(next.State, "corp") != nil {
		t.Errorf("%d attempts stay", len(b.kept))
	}
	last := leave("{}")
	if now = now.Add(Lifetime - time.Second); find(last.State, "corp") == nil {
		t.Error("an attempt ends before its time")
	}
	if now = now.Add(time.Second); find(last.State, "corp") != nil {
		t.Error("an attempt goes on after its time")
	}
}
