package persons

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

var began = storagetest.Began

func knownStore(t testing.TB) (*Store, *keys.Set) {
	t.Helper()
	backend, set := storagetest.NewBackend(t)
	return New(backend, nil), set
}

func typical() *Person {
	return &Person{
		Subject: "corp:7", Provider: "corp", Realm: "corp.example", CheckedAt: began, ExpiresAt: storage.Seconds(began.Add(Lifetime)), name: "some-name",
		Account: upstream.Account{
			ID: "7", Username: "ada", DisplayName: "Ada", Email: "ada@example.com", EmailVerified: true, Groups: []string{"web"},
			Claims: map[string]any{"locale": "en"}, AMR: []string{"pwd"}, ACR: "1", RefreshToken: "r", IDToken: "i", Session: "s",
		},
	}
}

func stored(t testing.TB, store *Store, p *Person) *sessionv1alpha1.Person {
	t.Helper()
	object, err := store.object(p)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// Stored Persons outlive releases: what is in them must not change without a new version.
func TestPayloadIsStoredAs(t *testing.T) {
	store, set := knownStore(t)
	p := typical()
	p.NotBefore, p.RetryAt, p.CheckingUntil = began.Add(-time.Hour), began.Add(time.Hour), began.Add(time.Minute)
	object := stored(t, store, p)
	plain, err := set.Open(keys.PurposePerson, store.objects.Context(object), object.Spec.Payload)
	want := `{"version":1,"account":{"id":"7","username":"ada","displayName":"Ada","email":"ada@example.com","emailVerified":true,"groups":["web"],` +
		`"claims":{"locale":"en"},"amr":["pwd"],"acr":"1","refreshToken":"r","idToken":"i","session":"s"},"realm":"corp.example","notBefore":1893549845678,` +
		`"checkedAt":1893553445678,"retryAt":1893557045678,"checkingUntil":1893553505678}`
	if err != nil || string(plain) != want {
		t.Errorf("the payload is %s, %v", plain, err)
	}
	object.ResourceVersion, object.UID = "42", "u"
	p.version, p.UID = "42", "u"
	if read, err := store.person(object); err != nil || !reflect.DeepEqual(read, p) {
		t.Errorf("it reads as %+v, %v", read, err)
	}
}

func TestChangedPersonIsVoid(t *testing.T) {
	store, _ := knownStore(t)
	for name, change := range map[string]func(*sessionv1alpha1.Person){
		"another subject":  func(o *sessionv1alpha1.Person) { o.Spec.Subject = "corp:8" },
		"another provider": func(o *sessionv1alpha1.Person) { o.Spec.Provider = "other" },
		"another username": func(o *sessionv1alpha1.Person) { o.Spec.Username = "root" },
		"a later check":    func(o *sessionv1alpha1.Person) { o.Spec.CheckedAt = metav1.NewTime(began.Add(time.Hour)) },
		"a later end":      func(o *sessionv1alpha1.Person) { o.Spec.ExpiresAt = metav1.NewTime(began.Add(2 * Lifetime)) },
		"another name":     func(o *sessionv1alpha1.Person) { o.Name = "other" },
		"no payload":       func(o *sessionv1alpha1.Person) { o.Spec.Payload = "" },
	} {
		object := stored(t, store, typical())
		change(object)
		if p, err := store.person(object); !errors.Is(err, storage.ErrVoid) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// TestStateCanOnlyRestrict: by hand, a Person can be blocked, and not let in again.
func TestStateCanOnlyRestrict(t *testing.T) {
	store, _ := knownStore(t)
	object := stored(t, store, typical())
	object.Spec.State = sessionv1alpha1.PersonBlocked
	if p, err := store.person(object); err != nil || !p.Blocked {
		t.Errorf("blocked by hand: %+v, %v", p, err)
	}
	blocked := typical()
	blocked.Blocked = true
	object = stored(t, store, blocked)
	object.Spec.State = sessionv1alpha1.PersonActive
	if p, err := store.person(object); err != nil || !p.Blocked {
		t.Errorf("let in by hand: %+v, %v", p, err)
	}
}

// TestTheLongestAccountFits into what the schema allows.
func TestTheLongestAccountFits(t *testing.T) {
	store, _ := knownStore(t)
	p := typical()
	p.Subject, p.Provider = strings.Repeat("s", 64), strings.Repeat("p", 32)
	p.Account.Username, p.Account.RefreshToken, p.Account.IDToken = strings.Repeat("ä", 1024), strings.Repeat("r", 8<<10), strings.Repeat("i", 4<<10)
	p.Account.Groups, p.Account.Claims = nil, map[string]any{}
	for n := range 192 {
		p.Account.Groups = append(p.Account.Groups, fmt.Sprintf("%03d%s", n, strings.Repeat("<", 253)))
	}
	for n := range 11 {
		p.Account.Claims[fmt.Sprint(n)] = strings.Repeat("<", 1024)
	}
	p.Account = Fit(p.Account)
	object := stored(t, store, p)
	if size := len(object.Spec.Payload); size > 65536 || len(object.Spec.Username) > 256 || len(p.Account.Groups) == 0 || p.Account.RefreshToken == "" {
		t.Errorf("the payload has %d characters, the username %d, with %d groups", size, len(object.Spec.Username), len(p.Account.Groups))
	}
	small := typical().Account
	if got := Fit(small); !reflect.DeepEqual(got, small) {
		t.Errorf("one that fits is %+v", got)
	}
}

// Whoever blocks a Person ends what began before, and signing in again does not bring it back.
func TestWhatBeganBeforeASignIn(t *testing.T) {
	now, earlier := began.Add(time.Hour), began.Add(-time.Hour)
	stored := func(change func(*Person)) *Person {
		p := typical()
		change(p)
		return p
	}
	for name, test := range map[string]struct {
		stored *Person
		want   time.Time
	}{
		"nothing":                      {nil, time.Time{}},
		"the same user":                {stored(func(*Person) {}), time.Time{}},
		"one who was blocked once":     {stored(func(p *Person) { p.NotBefore = earlier }), earlier},
		"one blocked by hand":          {stored(func(p *Person) { p.Blocked = true }), now},
		"the account of another realm": {stored(func(p *Person) { p.Realm = "other" }), now},
		"one that does not verify":     {&Person{UID: "u", name: "some-name", version: "1"}, now},
	} {
		if got := typical().after(test.stored, now); !got.NotBefore.Equal(test.want) || !got.CheckedAt.Equal(now) {
			t.Errorf("%s: what began before %s is invalid, not %s", name, got.NotBefore, test.want)
		}
	}
}
