package oauthclient

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestWhatAPassReplacedIsKnownUntilTheCacheHasItsLastWrite(t *testing.T) {
	var s superseded
	key, other := types.NamespacedName{Namespace: "team", Name: "app"}, types.NamespacedName{Namespace: "team", Name: "other"}
	if s.has(key, "1", noon) {
		t.Error("a version was replaced before anything was written")
	}
	s.note(key, "1", "2", noon)
	s.note(key, "2", "3", noon)
	for _, version := range []string{"1", "2", "1"} {
		if !s.has(key, version, noon.Add(time.Second)) {
			t.Errorf("version %s was not replaced", version)
		}
	}
	if s.has(other, "1", noon) || s.has(key, "3", noon) {
		t.Error("a version was replaced that was not")
	}
	if _, kept := s.versions.Load(key); kept {
		t.Error("versions are kept that the cache cannot have any more")
	}
}

// A client is not left alone for good, whatever else goes wrong.
func TestAVersionIsNotSupersededForEver(t *testing.T) {
	var s superseded
	key := types.NamespacedName{Namespace: "team", Name: "app"}
	s.note(key, "1", "2", noon)
	if s.has(key, "1", noon.Add(time.Minute)) {
		t.Error("a minute after the write, the client is not reconciled")
	}
}

// pruning is an API server that answers with a version, as one does that drops a field which
// its CRD does not have: the object stays as it was.
type pruning struct {
	client.Client
	status prunedStatus
}

func (s pruning) Status() client.SubResourceWriter { return s.status }

type prunedStatus struct {
	client.SubResourceWriter
	version string
}

func (s prunedStatus) Patch(_ context.Context, object client.Object, _ client.Patch, _ ...client.SubResourcePatchOption) error {
	object.SetResourceVersion(s.version)
	return nil
}

func TestAPatchThatChangesNothingSupersedesNothing(t *testing.T) {
	for sentence, test := range map[string]struct {
		version    string
		superseded bool
	}{
		"the API server stores it":              {"8", true},
		"the API server drops all that differs": {"7", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := &Reconciler{Client: pruning{status: prunedStatus{version: test.version}}, Steady: func() time.Time { return noon }}
			p, key := one("team", 1, func(c *oauthv1alpha1.OAuthClient) { c.ResourceVersion = "7" })
			p.Client.Status.ObservedGeneration = 2
			if err := r.patchStatus(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if r.superseded.has(key, "7", noon) != test.superseded {
				t.Errorf("superseded: %t", !test.superseded)
			}
		})
	}
}
