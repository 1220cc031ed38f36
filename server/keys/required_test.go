package keys_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

// named is what a status says of a ring.
func named(r keyring.Ring) []oauthv1alpha1.KeyStatus {
	var list []oauthv1alpha1.KeyStatus
	for _, key := range r.Keys() {
		list = append(list, oauthv1alpha1.KeyStatus{ID: key.ID, Use: key.Use, CreatedAt: metav1.NewTime(key.CreatedAt)})
	}
	return list
}

// A complete key Secret from somewhere else would make every digest and token void, and
// sign with what nobody publishes: it is refused, by a replica that has keys and by one
// that has just started.
func TestStoreRefusesKeysFromSomewhereElse(t *testing.T) {
	own, foreign := ring(t, time.Now()), ring(t, time.Now())
	var store keys.Store
	if err := store.Load(dataOf(t, own), named(own)...); err != nil {
		t.Fatal(err)
	}
	good, _ := store.Current()
	if err := store.Load(dataOf(t, foreign), named(own)...); err == nil {
		t.Error("foreign keys are loaded")
	}
	if set, _ := store.Current(); set != good {
		t.Error("foreign keys replaced the good ones")
	}
	var empty keys.Store
	if err := empty.Load(dataOf(t, foreign), named(own)...); err == nil {
		t.Error("a store that just began loads keys that lack what the status names")
	}
}

// What nothing needs any more may be gone before the status says so.
func TestStoreDoesNotMissWhatIsRetired(t *testing.T) {
	now := time.Now()
	former, own := ring(t, now.Add(-time.Hour)), ring(t, now)
	list := named(former)
	for i := range list {
		list[i].RetireAt = &metav1.Time{Time: now.Add(time.Minute)}
	}
	store := keys.Store{Now: func() time.Time { return now }}
	if err := store.Load(dataOf(t, own), append(list, named(own)...)...); err == nil {
		t.Error("keys are loaded although one is missing that is needed for a minute")
	}
	now = now.Add(time.Minute)
	if err := store.Load(dataOf(t, own), append(list, named(own)...)...); err != nil {
		t.Error(err)
	}
}
