package flow

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

// replica returns the visits of one with the same root key as all others, whose time is a
// day of January 2030.
func replica(t *testing.T, day int) *Visits {
	t.Helper()
	backend, _ := storagetest.NewBackend(t)
	backend.Issuer = func() string { return "https://auth.example.com" }
	return &Visits{
		Issuer: backend.Issuer, Keys: backend.Keys, Logins: logins.New(backend, nil),
		Now: func() time.Time { return time.Date(2030, 1, 1+day, 0, 0, 0, 0, time.UTC) },
	}
}

// arrive is a visit of a browser with the cookie.
func arrive(t *testing.T, s *Visits, cookie string) *Visit {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	r.AddCookie(newJar(s.Issuer()).set(knownCookie, cookie, knownLifetime))
	v, err := s.Visit(r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signIn returns the browser's cookie after a user signed in.
func signIn(t *testing.T, s *Visits, cookie, uid string) string {
	t.Helper()
	v := arrive(t, s, cookie)
	who := &identity.Authentication{Person: &identity.Person{UID: uid}, Credential: "password-of-" + uid}
	if err := v.SignIn(&logins.Login{Name: storage.NewName()}, who, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, set := range v.With(Answer{}).Cookies {
		if strings.HasSuffix(set.Name, "-"+knownCookie) {
			if !strings.HasPrefix(set.Name, "__Host-") || !set.HttpOnly || !set.Secure || set.SameSite != http.SameSiteLaxMode || set.MaxAge != 90*24*3600 {
				t.Errorf("it is set as %s", set)
			}
			return set.Value
		}
	}
	t.Fatal("no cookie is set")
	return ""
}

// uids are the users of a cookie at a replica.
func uids(t *testing.T, s *Visits, cookie string) string {
	t.Helper()
	var found []string
	for _, k := range arrive(t, s, cookie).Known() {
		if k.Credential != "password-of-"+k.UserUID || !storage.ValidName(k.Browser) {
			t.Errorf("it says %+v", k)
		}
		found = append(found, k.UserUID)
	}
	return strings.Join(found, " ")
}

func TestAKnownBrowserIsKnownAtEveryReplica(t *testing.T) {
	cookie := signIn(t, replica(t, 0), "", "alice")
	if got := uids(t, replica(t, 1), cookie); got != "alice" {
		t.Errorf("known for %q", got)
	}
	other := replica(t, 1)
	other.Issuer = func() string { return "https://other.example.com" }
	if got := uids(t, other, cookie); got != "" {
		t.Errorf("another issuer knows it for %q", got)
	}
	for _, forged := range []string{"", "x", cookie[:len(cookie)-4] + "AAAA"} {
		if got := uids(t, replica(t, 1), forged); got != "" {
			t.Errorf("%q is known for %q", forged, got)
		}
	}
}

func TestABrowserIsKnownForTheLastFourUsers(t *testing.T) {
	s, cookie := replica(t, 0), ""
	for n := range 6 {
		cookie = signIn(t, s, cookie, fmt.Sprint("00000000-0000-0000-0000-00000000000", n))
	}
	if len(cookie) > 1024 {
		t.Errorf("the cookie has %d bytes", len(cookie))
	}
	cookie = ""
	for uid := range strings.FieldsSeq("a b c b d e") {
		cookie = signIn(t, s, cookie, uid)
	}
	if got := uids(t, s, cookie); got != "e d b c" {
		t.Errorf("known for %q", got)
	}
}

// Who gave a second factor is remembered with the browser, also when only a password is given
// later; a password alone is none.
func TestABrowserKnowsWhoGaveASecondFactor(t *testing.T) {
	s := replica(t, 0)
	at := func(v *Visit, uid string) int64 {
		for _, k := range v.Known() {
			if k.UserUID == uid {
				return k.FactorAt
			}
		}
		return -1
	}
	both := func(s *Visits, cookie, uid string) string {
		v := arrive(t, s, cookie)
		who := &identity.Authentication{Person: &identity.Person{UID: uid}, Credential: "password-of-" + uid, Evidence: identity.Evidence{}.With([]string{identity.MethodOTP})}
		known, err := v.remember(who)
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	cookie := signIn(t, s, "", "alice")
	if got := at(arrive(t, s, cookie), "alice"); got != 0 {
		t.Errorf("a password alone is a factor of %d", got)
	}
	v := arrive(t, s, cookie)
	if err := v.StepUp(&logins.Login{Name: storage.NewName(), UserUID: "alice", ExpiresAt: s.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	cookies := v.With(Answer{}).Cookies
	cookie = cookies[len(cookies)-1].Value
	if got := at(arrive(t, s, cookie), "alice"); got != s.Now().UnixMilli() {
		t.Errorf("a step-up is not noted: %d", got)
	}
	later := replica(t, 5)
	if got := at(arrive(t, later, signIn(t, later, cookie, "alice")), "alice"); got != s.Now().UnixMilli() {
		t.Errorf("a password later makes it %d", got)
	}
	for n := range 4 {
		cookie = both(s, cookie, fmt.Sprint("00000000-0000-0000-0000-00000000000", n))
	}
	if len(cookie) > 1024 {
		t.Errorf("the cookie has %d bytes", len(cookie))
	}
}

func TestABrowserIsForgottenAfterNinetyDays(t *testing.T) {
	cookie := signIn(t, replica(t, 10), signIn(t, replica(t, 0), "", "alice"), "bob")
	for day, want := range map[int]string{89: "bob alice", 90: "bob", 100: ""} {
		if got := uids(t, replica(t, day), cookie); got != want {
			t.Errorf("after %d days known for %q", day, got)
		}
	}
}

// aliceCookie was made by the first release with known browsers.
const aliceCookie = "AYLz6caV3JUp0Crvf1dSmxoxuIYMCWqG3QK9nMf1dmClMLoGm2UDDkabHURLfRlJGe0OX5L-_47W81TNXhvTp7Pdn8QYOyJSAi823S-oB7MKgvivjqvf8hQoQyxRuFmPrVmECtsKhGABH15fAN4JvvQ0vtTRIatuHfbbOB3yeMDXnfuSZNMjdrGpt3o798JGI8Oxs4YND4FgqTE"

func TestCookieOfTheFirstReleaseCounts(t *testing.T) {
	if got := uids(t, replica(t, 1), aliceCookie); got != "alice" {
		t.Errorf("known for %q; now it would be %s", got, signIn(t, replica(t, 0), "", "alice"))
	}
}
