package logins

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

var began = storagetest.Began

// knownStore returns a Store of storagetest.
func knownStore(t testing.TB) (*Store, *keys.Set) {
	t.Helper()
	backend, set := storagetest.NewBackend(t)
	return New(backend, nil), set
}

func typical() *Login {
	return &Login{
		Name: "00112233445566778899aabbccddeeff", Subject: "local:x", UserUID: "x", Evidence: identity.Evidence{Source: "local", AMR: []string{"pwd"}},
		AuthTime: began, StartedAt: began.Add(-time.Hour), ExpiresAt: began.Truncate(time.Second).Add(12 * time.Hour),
	}
}

func stored(t testing.TB, store *Store) *sessionv1alpha1.Login {
	t.Helper()
	object, err := store.object(typical())
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// A release that does not know of links must not read a Login with one.
func TestPayloadWithALink(t *testing.T) {
	store, set := knownStore(t)
	l := typical()
	l.Evidence = identity.Evidence{Source: "corp", AMR: []string{}, Link: identity.Link{Subject: "corp:7", UID: "a"}}
	object, err := store.object(l)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := set.Open(keys.PurposeLogin, store.objects.Context(object), object.Spec.Payload)
	want := `{"version":3,"authTime":1893553445678,"startedAt":1893549845678,"source":"corp","amr":[],"link":{"subject":"corp:7","uid":"a"}}`
	if err != nil || string(plain) != want {
		t.Errorf("the payload is %s, %v", plain, err)
	}
	if read, err := store.login(object); err != nil || !reflect.DeepEqual(read, l) {
		t.Errorf("it reads as %+v, %v", read, err)
	}
}

// Stored Logins outlive releases: what is in them must not change without a new
// version.
func TestPayloadIsStoredAs(t *testing.T) {
	store, set := knownStore(t)
	object := stored(t, store)
	plain, err := set.Open(keys.PurposeLogin, store.objects.Context(object), object.Spec.Payload)
	if want := `{"version":2,"authTime":1893553445678,"startedAt":1893549845678,"source":"local","amr":["pwd"]}`; err != nil || string(plain) != want {
		t.Errorf("the payload is %s, %v", plain, err)
	}
	object.ResourceVersion = "42"
	want := typical()
	want.version = "42"
	if read, err := store.login(object); err != nil || !reflect.DeepEqual(read, want) {
		t.Errorf("it reads as %+v, %v", read, err)
	}
}

// What the browser says that it is goes with the Login, and no more of it.
func TestAgentIsStoredAs(t *testing.T) {
	store, set := knownStore(t)
	l := typical()
	l.Agent = identity.Agent{Browser: "Firefox", System: "Windows"}
	object, err := store.object(l)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := set.Open(keys.PurposeLogin, store.objects.Context(object), object.Spec.Payload)
	if want := `{"version":2,"authTime":1893553445678,"startedAt":1893549845678,"source":"local","amr":["pwd"],"agent":{"browser":"Firefox","system":"Windows"}}`; err != nil || string(plain) != want {
		t.Errorf("the payload is %s, %v", plain, err)
	}
	if read, err := store.login(object); err != nil || read.Agent != l.Agent {
		t.Errorf("it reads as %+v, %v", read, err)
	}
}

// knownPayload was sealed by the first release, for what typical says.
const knownPayload = "AYLz6caV3L2MYw4rPq2cU55hQUF1yb_AT101ntuBEaDZwp2_96JuCVXPj7agy8GunwW5tg9o1NW0YzCpF2uYd5kzxXR7lIax_w7PVYlgGnY78JXPIqq6EOrC_OQG3ohwnWat7BMkk2rXR7SfjpOj"

func TestLoginOfTheFirstReleaseCounts(t *testing.T) {
	store, _ := knownStore(t)
	object := stored(t, store)
	now := object.Spec.Payload
	object.Spec.Payload = knownPayload
	if l, err := store.login(object); err != nil || !l.StartedAt.Equal(began.Add(-time.Hour)) || !reflect.DeepEqual(l.Evidence, typical().Evidence) {
		t.Errorf("the Login reads as %+v, %v; now it would be %s", l, err, now)
	}
}

func TestChangedLoginIsVoid(t *testing.T) {
	store, set := knownStore(t)
	seal := func(plain string) func(*sessionv1alpha1.Login) {
		return func(o *sessionv1alpha1.Login) {
			o.Spec.Payload = set.Seal(keys.PurposeLogin, store.objects.Context(o), []byte(plain))
		}
	}
	for name, change := range map[string]func(*sessionv1alpha1.Login){
		"name":            func(o *sessionv1alpha1.Login) { o.Name = strings.Repeat("0", 32) },
		"namespace":       func(o *sessionv1alpha1.Login) { o.Namespace = "elsewhere" },
		"subject":         func(o *sessionv1alpha1.Login) { o.Spec.Subject = "local:y" },
		"userUID":         func(o *sessionv1alpha1.Login) { o.Spec.UserUID = "y" },
		"expiresAt":       func(o *sessionv1alpha1.Login) { o.Spec.ExpiresAt = metav1.NewTime(began.Add(1000 * time.Hour)) },
		"payload":         func(o *sessionv1alpha1.Login) { o.Spec.Payload = o.Spec.Payload[:40] + "AAAA" + o.Spec.Payload[44:] },
		"payload, absent": func(o *sessionv1alpha1.Login) { o.Spec.Payload = "" },
		"a later version": seal(`{"version":4,"authTime":1893553445678,"startedAt":1893549845678}`),
		"no version":      seal(`{"authTime":1893553445678,"startedAt":1893549845678}`),
		"not JSON":        seal(`version 1`),
	} {
		t.Run(name, func(t *testing.T) {
			object := stored(t, store)
			change(object)
			if _, err := store.login(object); !errors.Is(err, storage.ErrVoid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhenALoginCounts(t *testing.T) {
	store, _ := knownStore(t)
	for state, ended := range map[sessionv1alpha1.LoginState]bool{
		sessionv1alpha1.LoginActive: false, sessionv1alpha1.LoginEnded: true, "": true, "active": true,
	} {
		object := stored(t, store)
		object.Spec.State = state
		l, err := store.login(object)
		if err != nil || l.Ended != ended || l.Alive(began) == ended {
			t.Errorf("state %q reads as %+v, %v", state, l, err)
		}
	}
	l := typical()
	for at, want := range map[time.Time]bool{l.ExpiresAt.Add(-time.Millisecond): true, l.ExpiresAt: false} {
		if got := l.Alive(at); got != want {
			t.Errorf("at %s: %t", at, got)
		}
	}
}

func TestCookieNamesItsLogin(t *testing.T) {
	store, set := knownStore(t)
	l := typical()
	l.Generation = 7
	cookie, err := store.Cookie(l)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ cookie, want string }{
		"its own":                {cookie, typical().Name},
		"none":                   {"", ""},
		"a bare name":            {typical().Name, ""},
		"a changed one":          {cookie[:len(cookie)-4] + "AAAA", ""},
		"sealed for another use": {set.Seal(keys.PurposeFlow, store.objects.Issuer(), []byte(typical().Name+" 7")), ""},
		"of another issuer":      {set.Seal(keys.PurposeLoginCookie, "https://other.example", []byte(typical().Name+" 7")), ""},
		"with another content":   {set.Seal(keys.PurposeLoginCookie, store.objects.Issuer(), []byte("../secrets 7")), ""},
		"without a generation":   {set.Seal(keys.PurposeLoginCookie, store.objects.Issuer(), []byte(typical().Name)), ""},
	} {
		got, generation, err := store.opened(test.cookie)
		if err != nil || got != test.want || (got != "") != (generation == l.Generation) {
			t.Errorf("%s names %q of generation %d, %v", name, got, generation, err)
		}
	}
}
