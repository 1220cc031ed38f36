package oauthclient

import (
	"context"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

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
			if r.superseded.Has(key, "7", noon) != test.superseded {
				t.Errorf("superseded: %t", !test.superseded)
			}
		})
	}
}
