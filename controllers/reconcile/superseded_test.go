package reconcile

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

func TestWhatAPassReplacedIsKnownUntilTheCacheHasItsLastWrite(t *testing.T) {
	var s Superseded
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	key, other := types.NamespacedName{Namespace: "team", Name: "app"}, types.NamespacedName{Namespace: "team", Name: "other"}
	if s.Has(key, "1", at) {
		t.Error("a version was replaced before anything was written")
	}
	s.Note(key, "1", "2", at)
	s.Note(key, "2", "3", at)
	for _, version := range []string{"1", "2", "1"} {
		if !s.Has(key, version, at.Add(time.Second)) {
			t.Errorf("version %s was not replaced", version)
		}
	}
	if s.Has(other, "1", at) || s.Has(key, "3", at) {
		t.Error("a version was replaced that was not")
	}
	if _, kept := s.versions.Load(key); kept {
		t.Error("versions are kept that the cache cannot have any more")
	}
}

// An object is not left alone for good, whatever else goes wrong.
func TestAVersionIsNotSupersededForEver(t *testing.T) {
	var s Superseded
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	key := types.NamespacedName{Namespace: "team", Name: "app"}
	s.Note(key, "1", "2", at)
	if s.Has(key, "1", at.Add(time.Minute)) {
		t.Error("a minute after the write, the object is not reconciled")
	}
}
