package approvals

import (
	"reflect"
	"testing"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

// Stored Approvals can be read by another release: what is in them must not change without a new
// version, and one that does not know of links must not read one with a link.
func TestPayloadIsStoredAs(t *testing.T) {
	backend, set := storagetest.NewBackend(t)
	store := New(backend, nil)
	for name, test := range map[string]struct {
		evidence identity.Evidence
		want     string
	}{
		"a password": {identity.Evidence{Source: "local", AMR: []string{"pwd"}}, `{"version":1,"state":"Allowed","userUID":"u",` +
			`"authTime":1893553445678,"decidedAt":1893553446678,"attempt":"","source":"local","amr":["pwd"]}`},
		"a link": {identity.Evidence{Source: "corp", AMR: []string{}, Link: identity.Link{Subject: "corp:7", UID: "a"}}, `{"version":2,"state":"Allowed","userUID":"u",` +
			`"authTime":1893553445678,"decidedAt":1893553446678,"attempt":"","source":"corp","amr":[],"link":{"subject":"corp:7","uid":"a"}}`},
	} {
		a := &Approval{
			Subject: "local:ada", UserUID: "u", State: sessionv1alpha1.ApprovalAllowed, Evidence: test.evidence, name: "some-name",
			AuthTime: storagetest.Began, DecidedAt: storagetest.Began.Add(time.Second), ExpiresAt: storage.Seconds(storagetest.Began.Add(time.Hour)),
		}
		object, err := store.object(a)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := set.Open(keys.PurposeApproval, store.objects.Context(object), object.Spec.Payload)
		if err != nil || string(plain) != test.want {
			t.Errorf("%s: the payload is %s, %v", name, plain, err)
		}
		if read, err := store.Read(object); err != nil || !reflect.DeepEqual(read, a) {
			t.Errorf("%s reads as %+v, %v", name, read, err)
		}
	}
}
