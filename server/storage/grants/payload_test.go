package grants

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
)

// Stored Grants outlive releases: what is in them must not change without a new
// version.
func TestPayloadIsStoredAs(t *testing.T) {
	store, set := knownStore(t)
	for name, test := range map[string]struct {
		change func(*Grant)
		want   string
	}{
		"everything": {
			want: `{"version":2,"nonce":"bm9uY2Utb2YtaXQh","attempt":"Zmlyc3QtdHJ5LW9m","userUID":"66666666-7777-4888-9999-aaaaaaaaaaaa",` +
				`"authTime":1893553385678,"amr":["pwd"],"refreshedAt":1893553445678,"audiences":["https://issuer.example"],"userinfo":128}`,
		},
		"no audiences and claims for the ID token": {
			change: func(g *Grant) { g.Audiences, g.Userinfo, g.IDToken = nil, 0, ClaimSet(0).With("name").With("groups") },
			want: `{"version":2,"nonce":"bm9uY2Utb2YtaXQh","attempt":"Zmlyc3QtdHJ5LW9m","userUID":"66666666-7777-4888-9999-aaaaaaaaaaaa",` +
				`"authTime":1893553385678,"amr":["pwd"],"refreshedAt":1893553445678,"idToken":2049}`,
		},
		"one that outlives its Login": {
			change: func(g *Grant) { g.Audiences, g.Userinfo, g.Login = nil, 0, "" },
			want: `{"version":2,"nonce":"bm9uY2Utb2YtaXQh","attempt":"Zmlyc3QtdHJ5LW9m","userUID":"66666666-7777-4888-9999-aaaaaaaaaaaa",` +
				`"authTime":1893553385678,"amr":["pwd"],"refreshedAt":1893553445678,"origin":"` + loginName + `"}`,
		},
		"one with bound refresh tokens": {
			change: func(g *Grant) {
				g.Audiences, g.Userinfo, g.Confirmation, g.BoundFrom = nil, 0, Confirmation{JKT: thumbprint, X5T: thumbprint}, 2
			},
			want: `{"version":3,"nonce":"bm9uY2Utb2YtaXQh","attempt":"Zmlyc3QtdHJ5LW9m","userUID":"66666666-7777-4888-9999-aaaaaaaaaaaa",` +
				`"authTime":1893553385678,"amr":["pwd"],"refreshedAt":1893553445678,"cnf":{"jkt":"` + thumbprint + `","x5t#S256":"` + thumbprint + `"},"boundFrom":2}`,
		},
		"one of an OAuthUser who signed in by a link": {
			change: func(g *Grant) {
				g.Audiences, g.Userinfo, g.Link = nil, 0, identity.Link{Subject: "corp:7", UID: userUID}
			},
			want: `{"version":4,"nonce":"bm9uY2Utb2YtaXQh","attempt":"Zmlyc3QtdHJ5LW9m","userUID":"66666666-7777-4888-9999-aaaaaaaaaaaa",` +
				`"authTime":1893553385678,"amr":["pwd"],"refreshedAt":1893553445678,"link":{"subject":"corp:7","uid":"` + userUID + `"}}`,
		},
		"one that several codes name": {
			change: func(g *Grant) {
				g.Audiences, g.Userinfo, g.redeemed, g.shared = nil, 0, []byte("digest-of-a-code"), began.Add(time.Hour)
			},
			want: `{"version":2,"nonce":"bm9uY2Utb2YtaXQh","attempt":"Zmlyc3QtdHJ5LW9m","userUID":"66666666-7777-4888-9999-aaaaaaaaaaaa",` +
				`"authTime":1893553385678,"amr":["pwd"],"refreshedAt":1893553445678,"code":"ZGlnZXN0LW9mLWEtY29kZQ==","codesUntil":1893557045678}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := typicalGrant()
			if test.change != nil {
				test.change(g)
			}
			object, err := store.object(g)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := set.Open(keys.PurposeGrant, store.objects.Context(object), object.Spec.Payload)
			if err != nil || string(plain) != test.want {
				t.Errorf("the payload is %s, %v", plain, err)
			}
		})
	}
}

func TestGrantIsReadAsItWasStored(t *testing.T) {
	bound, offline := typicalGrant(), typicalGrant()
	offline.Login = ""
	shared := typicalGrant()
	shared.redeemed, shared.shared = []byte("digest-of-a-code"), began.Add(time.Hour)
	proved := typicalGrant()
	proved.Confirmation, proved.BoundFrom = Confirmation{JKT: thumbprint}, 7
	for name, g := range map[string]*Grant{"bound to a key": proved, "with its Login": bound, "outliving its Login": offline, "one that several codes name": shared} {
		t.Run(name, func(t *testing.T) { readAsStored(t, g) })
	}
}

func readAsStored(t *testing.T, g *Grant) {
	t.Helper()
	store, set := knownStore(t)
	object, err := store.object(g)
	if err != nil {
		t.Fatal(err)
	}
	object.ResourceVersion = "42"
	read, err := store.grant(object)
	if err != nil {
		t.Fatal(err)
	}
	want := *g
	// These are for the write alone, or come from it.
	want.needed, want.code, want.version, want.Root = time.Time{}, time.Time{}, "42", set.Root()
	if !reflect.DeepEqual(*read, want) {
		t.Errorf("stored %+v\nread   %+v", want, *read)
	}
}

// knownPayload was sealed by the first release, for what typicalGrant says.
const knownPayload = "AYLz6caV3MgWbWggsB9kocF5P-VOqSkHDlMp1qDzmhqqgbzVby3IgDi9kJQzPEHL6amO5x0cyaBVNs_gpb_ypbP-bh3wDjXf4MGIn5JZv5V6rT3Y-43mXnaJ" +
	"OlbrEzxRl6iejwtIk_fDrTid50lhS0TNcQSBMwIrQXsiOQL-XDAkS1QlIjednAGc4LuOeDsECLpAzHZjv1E1IVWWDUSPSTbwqujUcKRDIEtBUxC3gP8aqchV" +
	"8dK9sPH8duTPVRjLBmC5Yvj45FzrLcTcIUzb7YrYlnPNm2lqEiusgFxxpG9SwspAzP3W1UiCtd1hypv4FAT7fOpLB8bywbyl7mhgLvKrQADHlVbiqiG9Fmbz" +
	"eLc"

func TestGrantOfTheFirstReleaseCounts(t *testing.T) {
	store, _ := knownStore(t)
	object, err := store.object(typicalGrant())
	if err != nil {
		t.Fatal(err)
	}
	now := object.Spec.Payload
	object.Spec.Payload = knownPayload
	if g, err := store.grant(object); err != nil || g.UserUID != userUID || !reflect.DeepEqual(g.AMR, typicalGrant().AMR) {
		t.Errorf("the Grant reads as %+v, %v; now it would be %s", g, err, now)
	}
}

func TestD24PayloadOfAnotherVersionIsVoid(t *testing.T) {
	store, set := knownStore(t)
	for name, plain := range map[string]string{
		"a later version": `{"version":5,"nonce":"bm9uY2U="}`,
		"no version":      `{"nonce":"bm9uY2U="}`,
		"not JSON":        `version 1`,
		"nothing":         ``,
	} {
		t.Run(name, func(t *testing.T) {
			object, err := store.object(typicalGrant())
			if err != nil {
				t.Fatal(err)
			}
			object.Spec.Payload = set.Seal(keys.PurposeGrant, store.objects.Context(object), []byte(plain))
			if _, err := store.grant(object); !errors.Is(err, ErrVoid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestChangedGrantIsVoid(t *testing.T) {
	store, _ := knownStore(t)
	later := metav1.NewTime(began.Add(1000 * time.Hour))
	changes := map[string]func(*sessionv1alpha1.Grant){
		"name":      func(o *sessionv1alpha1.Grant) { o.Name = strings.Repeat("0", 32) },
		"namespace": func(o *sessionv1alpha1.Grant) { o.Namespace = "elsewhere" },
		"subject":   func(o *sessionv1alpha1.Grant) { o.Spec.Subject = "local:other" },
		"client":    func(o *sessionv1alpha1.Grant) { o.Spec.Client = "team.other" },
		"clientUID": func(o *sessionv1alpha1.Grant) { o.Spec.ClientUID = userUID },
		"scope":     func(o *sessionv1alpha1.Grant) { o.Spec.Scope += " write" },
		"one scope moved into the login": func(o *sessionv1alpha1.Grant) {
			o.Spec.Scope, o.Spec.Login = "openid", "profile"+o.Spec.Login
		},
		"login":           func(o *sessionv1alpha1.Grant) { o.Spec.Login = "" },
		"generation":      func(o *sessionv1alpha1.Grant) { o.Spec.Generation++ },
		"issuedAt":        func(o *sessionv1alpha1.Grant) { o.Spec.IssuedAt = later },
		"expiresAt":       func(o *sessionv1alpha1.Grant) { o.Spec.ExpiresAt = later },
		"payload":         func(o *sessionv1alpha1.Grant) { o.Spec.Payload = o.Spec.Payload[:40] + "AAAA" + o.Spec.Payload[44:] },
		"payload, cut":    func(o *sessionv1alpha1.Grant) { o.Spec.Payload = o.Spec.Payload[:100] },
		"payload, absent": func(o *sessionv1alpha1.Grant) { o.Spec.Payload = "" },
		"payload of another Grant": func(o *sessionv1alpha1.Grant) {
			other := typicalGrant()
			other.Name = strings.Repeat("1", 32)
			stored, _ := store.object(other)
			o.Spec.Payload = stored.Spec.Payload
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			object, err := store.object(typicalGrant())
			if err != nil {
				t.Fatal(err)
			}
			change(object)
			if _, err := store.grant(object); !errors.Is(err, ErrVoid) {
				t.Errorf("got %v", err)
			}
		})
	}
	object, err := store.object(typicalGrant())
	if err != nil {
		t.Fatal(err)
	}
	other := New(store.objects.Backend)
	other.objects.Issuer = func() string { return issuer + "/other" }
	if _, err := other.grant(object); !errors.Is(err, ErrVoid) {
		t.Errorf("another issuer reads it: %v", err)
	}
}

func TestAnyStateButActiveRevokes(t *testing.T) {
	store, _ := knownStore(t)
	for state, revoked := range map[sessionv1alpha1.GrantState]bool{
		sessionv1alpha1.GrantActive: false, sessionv1alpha1.GrantRevoked: true, "": true, "active": true, "Later": true,
	} {
		object, err := store.object(typicalGrant())
		if err != nil {
			t.Fatal(err)
		}
		object.Spec.State = state
		if g, err := store.grant(object); err != nil || g.Revoked != revoked {
			t.Errorf("state %q reads as %+v, %v", state, g, err)
		}
	}
}
