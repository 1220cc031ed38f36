package oauthclient

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

func TestWhatAPassReplacedIsKnownUntilTheCacheHasItsLastWrite(t *testing.T) {
	var s superseded
	key, other := types.NamespacedName{Namespace: "team", Name: "app"}, types.NamespacedName{Namespace: "team", Name: "other"}
	if s.has(key, "1") {
		t.Error("a version was replaced before anything was written")
	}
	s.note(key, "1")
	s.note(key, "2")
	for _, version := range []string{"1", "2", "1"} {
		if !s.has(key, version) {
			t.Errorf("version %s was not replaced", version)
		}
	}
	if s.has(other, "1") || s.has(key, "3") {
		t.Error("a version was replaced that was not")
	}
	if _, kept := s.versions.Load(key); kept {
		t.Error("versions are kept that the cache cannot have any more")
	}
}
