package keys_test

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

// A complete key Secret from somewhere else would make every digest and token void:
// a store that has keys refuses one that lacks a key that must be there.
func TestStoreRefusesKeysFromSomewhereElse(t *testing.T) {
	own, foreign := dataOf(t, ring(t, time.Now())), dataOf(t, ring(t, time.Now()))
	var required []string
	for name := range own {
		required = append(required, name)
	}
	var store keys.Store
	if err := store.Load(own, required...); err != nil {
		t.Fatal(err)
	}
	good, _ := store.Current()
	if err := store.Load(foreign, required...); err == nil {
		t.Error("foreign keys are loaded")
	}
	if set, _ := store.Current(); set != good {
		t.Error("foreign keys replaced the good ones")
	}
	var empty keys.Store
	if err := empty.Load(foreign, required...); err != nil {
		t.Errorf("a store without keys has nothing to lose: %v", err)
	}
}
