package keyring

import (
	"reflect"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A ring of an earlier release misses nothing that a server cannot do without, and
// gets what it lacks beside what it has.
func TestARingOfAnEarlierReleaseIsSupplemented(t *testing.T) {
	data := goldenData()
	delete(data, "signing.s2")
	delete(data, "pairwise.q1")
	former, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if missing, outdated := former.Missing(), former.Outdated(); len(missing) != 0 || len(outdated) != 2 {
		t.Errorf("missing: %v, outdated by %v", missing, outdated)
	}
	more, err := former.Supplement(start)
	if err != nil {
		t.Fatal(err)
	}
	if keys := more.Keys(); len(keys) != 2 || keys[1].Algorithm != jose.RS256 || keys[1].Use != oauthv1alpha1.KeyUseSigning ||
		keys[0].Use != oauthv1alpha1.KeyUsePairwise || len(keys[0].Bytes) != 32 || !keys[0].CreatedAt.Equal(start) {
		t.Fatalf("the supplement has %d keys", len(keys))
	}
	again, err := New(append(former.Keys(), more.Keys()...)...).Supplement(start)
	if err != nil || len(again.Keys()) != 0 {
		t.Errorf("a complete ring is supplemented by %d keys, %v", len(again.Keys()), err)
	}
}

func TestOnlyWhatCameLaterIsSupplemented(t *testing.T) {
	more, err := New().Supplement(start)
	if err != nil || len(more.Keys()) != 2 {
		t.Errorf("an empty ring is supplemented by %d keys, %v", len(more.Keys()), err)
	}
	var missing []string
	for _, kind := range New().Missing() {
		missing = append(missing, kind.String())
	}
	if want := []string{"ES256 signing", "root", "pepper"}; !reflect.DeepEqual(missing, want) {
		t.Errorf("missing: %v", missing)
	}
}

func TestTheNewestOfEachAlgorithmComesFirst(t *testing.T) {
	key := func(id string, algorithm jose.SignatureAlgorithm, age time.Duration) Key {
		return Key{ID: id, Use: oauthv1alpha1.KeyUseSigning, Algorithm: algorithm, CreatedAt: start.Add(-age)}
	}
	ring := New(key("d", jose.RS256, time.Hour), key("b", jose.ES256, time.Hour), key("c", jose.RS256, 0), key("a", jose.ES256, time.Minute))
	var order string
	for _, k := range ring.Of(oauthv1alpha1.KeyUseSigning) {
		order += k.ID
	}
	if order != "abcd" {
		t.Errorf("the order is %s", order)
	}
}
