package keyring

import (
	"reflect"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestTheOrderOfKeys(t *testing.T) {
	key := func(use oauthv1alpha1.KeyUse, id string, age time.Duration) Key {
		return Key{ID: id, Use: use, CreatedAt: start.Add(-age), Bytes: make([]byte, 32)}
	}
	ring := New(
		key("root", "old", time.Hour), key("pepper", "b", 0), key("root", "new", 0), key("pepper", "a", 0), key("pepper", "oldest", time.Hour))
	var order []string
	for _, k := range ring.Keys() {
		order = append(order, string(k.Use)+"."+k.ID)
	}
	if want := []string{"pepper.a", "pepper.b", "pepper.oldest", "root.new", "root.old"}; !reflect.DeepEqual(order, want) {
		t.Errorf("%v", order)
	}
	if of := ring.Of("root"); len(of) != 2 || of[0].ID != "new" {
		t.Errorf("%+v", of)
	}
	if !ring.Has("root", "old") || ring.Has("pepper", "old") || ring.Has("root", "a") {
		t.Error("Has mixes up uses")
	}
	if missing := ring.Missing(); !reflect.DeepEqual(missing, []Kind{{"signing", "ES256"}}) {
		t.Errorf("missing: %v", missing)
	}
	peppers, err := ring.Peppers(start)
	if err != nil || len(peppers) != 3 {
		t.Fatalf("%d peppers, %v", len(peppers), err)
	}
	if current, _ := peppers.Current(); current.ID() != "a" {
		t.Errorf("the current pepper is %q", current.ID())
	}
}
