package consents

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

var began = storagetest.Began

// knownStore returns a Store of storagetest.
func knownStore(t testing.TB) (*Store, *keys.Set) {
	t.Helper()
	backend, set := storagetest.NewBackend(t)
	return New(backend), set
}

// whole returns a Consent with everything that typical lacks.
func whole() *Consent {
	c := typical()
	c.Audiences, c.Offline = []string{"https://payroll.example", "api"}, true
	return c
}

func typical() *Consent {
	return &Consent{
		Subject: "local:x", ClientID: "team.app", ClientUID: "u", Access: Access{Scopes: []string{"openid", "email"}},
		GrantedAt: began, ExpiresAt: began.Truncate(time.Second).Add(lifetime), name: "n",
	}
}

func stored(t testing.TB, store *Store, c *Consent) *sessionv1alpha1.Consent {
	t.Helper()
	object, err := store.object(c)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// Stored Consents outlive releases: what is in them must not change without a new
// version.
func TestPayloadIsStoredAs(t *testing.T) {
	store, set := knownStore(t)
	withdrawn := typical()
	withdrawn.Withdrawn, withdrawn.NotBefore = true, began.Add(time.Hour)
	for want, c := range map[string]*Consent{
		`{"version":1,"grantedAt":1893553445678}`:                           typical(),
		`{"version":1,"grantedAt":1893553445678,"notBefore":1893557045678}`: withdrawn,
	} {
		object := stored(t, store, c)
		plain, err := set.Open(keys.PurposeConsent, store.objects.Context(object), object.Spec.Payload)
		if err != nil || string(plain) != want {
			t.Errorf("the payload is %s, %v", plain, err)
		}
		if read, err := store.consent(object); err != nil || !reflect.DeepEqual(read, c) {
			t.Errorf("stored %+v\nread   %+v, %v", c, read, err)
		}
	}
}

// Sealed, and named, by the first release, for what typical says.
const (
	knownPayload = "AYLz6caV3MDfDZqH2V49aJ0yGwQFLa7yci3eninQ9Gd8vmt69PQbRfoaPMBI4lyZ95r97UfN68whfMGEcSfdNiMGmRhnKEVrpABlrA2LS3-T2eUiVF0"
	knownName    = "048575809a3b39f8fbca060a43184780224ed758"
)

func TestConsentOfTheFirstReleaseCounts(t *testing.T) {
	store, set := knownStore(t)
	object := stored(t, store, typical())
	now := object.Spec.Payload
	object.Spec.Payload = knownPayload
	if c, err := store.consent(object); err != nil || !c.GrantedAt.Equal(began) {
		t.Errorf("the Consent reads as %+v, %v; now it would be %s", c, err, now)
	}
	if got := names(set, "local:x", "u"); got[len(got)-1] != knownName {
		t.Errorf("the names are now %s", got)
	}
}

func TestAudiencesAndOfflineAreStored(t *testing.T) {
	store, _ := knownStore(t)
	offline, audience := typical(), typical()
	offline.Offline, audience.Audiences = true, []string{"false"}
	for _, c := range []*Consent{whole(), offline, audience} {
		if read, err := store.consent(stored(t, store, c)); err != nil || !reflect.DeepEqual(read, c) {
			t.Errorf("stored %+v\nread   %+v, %v", c, read, err)
		}
	}
}

func TestChangedConsentIsVoid(t *testing.T) {
	store, set := knownStore(t)
	seal := func(plain string) func(*sessionv1alpha1.Consent) {
		return func(o *sessionv1alpha1.Consent) {
			o.Spec.Payload = set.Seal(keys.PurposeConsent, store.objects.Context(o), []byte(plain))
		}
	}
	for name, change := range map[string]func(*sessionv1alpha1.Consent){
		"name":            func(o *sessionv1alpha1.Consent) { o.Name = strings.Repeat("0", 40) },
		"namespace":       func(o *sessionv1alpha1.Consent) { o.Namespace = "elsewhere" },
		"subject":         func(o *sessionv1alpha1.Consent) { o.Spec.Subject = "local:y" },
		"client":          func(o *sessionv1alpha1.Consent) { o.Spec.Client = "team.other" },
		"clientUID":       func(o *sessionv1alpha1.Consent) { o.Spec.ClientUID = "v" },
		"scope":           func(o *sessionv1alpha1.Consent) { o.Spec.Scope += " write" },
		"audiences":       func(o *sessionv1alpha1.Consent) { o.Spec.Audiences = append(o.Spec.Audiences, "other") },
		"one audience":    func(o *sessionv1alpha1.Consent) { o.Spec.Audiences[0] = "other" },
		"no audiences":    func(o *sessionv1alpha1.Consent) { o.Spec.Audiences = nil },
		"offline":         func(o *sessionv1alpha1.Consent) { o.Spec.Offline = false },
		"as in old ones":  func(o *sessionv1alpha1.Consent) { o.Spec.Audiences, o.Spec.Offline = nil, false },
		"state":           func(o *sessionv1alpha1.Consent) { o.Spec.State = sessionv1alpha1.ConsentWithdrawn },
		"expiresAt":       func(o *sessionv1alpha1.Consent) { o.Spec.ExpiresAt = metav1.NewTime(began.Add(10000 * time.Hour)) },
		"payload":         func(o *sessionv1alpha1.Consent) { o.Spec.Payload = o.Spec.Payload[:40] + "AAAA" + o.Spec.Payload[44:] },
		"payload, absent": func(o *sessionv1alpha1.Consent) { o.Spec.Payload = "" },
		"a later version": seal(`{"version":2,"grantedAt":1893553445678}`),
		"no version":      seal(`{"grantedAt":1893553445678}`),
		"not JSON":        seal(`version 1`),
	} {
		t.Run(name, func(t *testing.T) {
			object := stored(t, store, whole())
			change(object)
			if _, err := store.consent(object); !errors.Is(err, storage.ErrVoid) {
				t.Errorf("got %v", err)
			}
		})
	}
	object := stored(t, store, typical())
	object.Spec.Audiences, object.Spec.Offline = []string{"api"}, true
	if _, err := store.consent(object); !errors.Is(err, storage.ErrVoid) {
		t.Errorf("one that was widened by hand: %v", err)
	}
	withdrawn := typical()
	withdrawn.Withdrawn = true
	object = stored(t, store, withdrawn)
	object.Spec.State = sessionv1alpha1.ConsentGranted
	if _, err := store.consent(object); !errors.Is(err, storage.ErrVoid) {
		t.Errorf("a withdrawn one that was granted by hand: %v", err)
	}
}

func TestWhatAConsentCovers(t *testing.T) {
	wider := func(c *Consent) { *c = *whole() }
	for name, test := range map[string]struct {
		change   func(*Consent)
		wanted   Access
		issuedAt time.Time
		covers   bool
		backs    bool
	}{
		"what was allowed":    {wanted: Access{Scopes: []string{"email", "openid"}}, issuedAt: began, covers: true, backs: true},
		"less":                {wanted: Access{Scopes: []string{"openid"}}, issuedAt: began, covers: true, backs: true},
		"nothing":             {issuedAt: began, covers: true, backs: true},
		"more":                {wanted: Access{Scopes: []string{"openid", "write"}}, issuedAt: began},
		"an audience":         {wanted: Access{Audiences: []string{"api"}}, issuedAt: began},
		"one that is allowed": {change: wider, wanted: Access{Audiences: []string{"api"}}, issuedAt: began, covers: true, backs: true},
		"another one":         {change: wider, wanted: Access{Audiences: []string{"api", "https://payroll.example/"}}, issuedAt: began},
		"offline":             {wanted: Access{Offline: true}, issuedAt: began},
		"offline, allowed":    {change: wider, wanted: Access{Offline: true}, issuedAt: began, covers: true, backs: true},
		"everything":          {change: wider, wanted: whole().Access, issuedAt: began, covers: true, backs: true},
		"when withdrawn":      {change: func(c *Consent) { c.Withdrawn = true }, issuedAt: began},
		"when expired":        {change: func(c *Consent) { c.ExpiresAt = began }, issuedAt: began},
		"a code from before":  {change: func(c *Consent) { c.NotBefore = began }, issuedAt: began.Add(-time.Millisecond), covers: true},
		"a code of that time": {change: func(c *Consent) { c.NotBefore = began }, issuedAt: began, covers: true},
		"a code from after":   {change: func(c *Consent) { c.NotBefore = began }, issuedAt: began.Add(time.Millisecond), covers: true, backs: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := typical()
			if test.change != nil {
				test.change(c)
			}
			if got := c.Covers(test.wanted, began); got != test.covers {
				t.Errorf("covers: %t", got)
			}
			if got := c.Backs(test.wanted, test.issuedAt, began); got != test.backs {
				t.Errorf("backs a code: %t", got)
			}
		})
	}
	var none *Consent
	if none.Covers(Access{}, began) || none.Backs(Access{}, began, began) {
		t.Error("nothing covers something")
	}
}
