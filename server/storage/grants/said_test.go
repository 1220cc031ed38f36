package grants

import (
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
)

// TestWhenAUserSignedIn is what a provider said, also after the Grant was stored.
func TestWhenAUserSignedIn(t *testing.T) {
	came := typicalCode().AuthTime
	for sentence, test := range map[string]struct {
		said  int64
		at    time.Time
		known bool
	}{
		"here":                        {0, came, true},
		"at a provider an hour ago":   {came.Add(-time.Hour).Unix(), came.Add(-time.Hour).Truncate(time.Second), true},
		"at one whose clock is ahead": {came.Add(time.Hour).Unix(), came, true},
		"at one that does not say":    {identity.Unsaid, time.Time{}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			store, set := knownStore(t)
			code := typicalCode()
			code.Said = test.said
			g := Begin(Grant{ClientID: "team.app"}, code, Lifetimes{Whole: time.Hour, Idle: time.Hour}, began)
			object, err := store.object(g)
			if err != nil {
				t.Fatal(err)
			}
			read, err := store.grant(object)
			if err != nil {
				t.Fatal(err)
			}
			if at, known := read.SignedIn(); !at.Equal(test.at) || known != test.known || !read.AuthTime.Equal(came) {
				t.Errorf("the user signed in at %v, %t, and came at %v", at, known, read.AuthTime)
			}
			plain, err := set.Open(keys.PurposeGrant, store.objects.Context(object), object.Spec.Payload)
			if stored := strings.Contains(string(plain), "said"); err != nil || stored != (test.said != 0) {
				t.Errorf("%s, %v", plain, err)
			}
		})
	}
}
