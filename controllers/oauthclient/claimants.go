package oauthclient

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// maxRivals bounds how many clients one change reconciles. The oldest has the ID, the
// second gets it next; the others only tell their owners whose it is.
const maxRivals = 8

// claimants returns all clients that claim a client ID. They are those of the cache and
// must not be changed.
func (r *Reconciler) claimants(ctx context.Context, id string) ([]clientspec.Candidate, error) {
	list := &oauthv1alpha1.OAuthClientList{}
	if err := r.Client.List(ctx, list, client.MatchingFields{indexClientID: id}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list clients: %w", err)
	}
	byNamespace := map[string]clientspec.Candidate{}
	candidates := make([]clientspec.Candidate, 0, len(list.Items))
	for i := range list.Items {
		c := &list.Items[i]
		candidate, known := byNamespace[c.Namespace]
		if !known {
			var err error
			if candidate, err = r.candidate(ctx, c); err != nil {
				return nil, err
			}
			byNamespace[c.Namespace] = candidate
		}
		candidate.Client = c
		candidates = append(candidates, candidate)
	}
	return candidates, nil
}

// rivals returns the oldest others that could have the ID of a client: when it comes,
// changes or goes, the first of them may lose the ID or get it. Claimants that break a
// rule of their own are none: whatever happens to others, they have no ID.
func (r *Reconciler) rivals(ctx context.Context, id string, changed client.Object) []client.ObjectKey {
	inputs, err := r.world(ctx)
	if err != nil {
		return nil
	}
	if inputs.Claimants, err = r.claimants(ctx, id); err != nil || len(inputs.Claimants) == 0 {
		return nil
	}
	var keys []client.ObjectKey
	for rival := range clientspec.Accepted(inputs) {
		if rival.Client.UID == changed.GetUID() {
			continue
		}
		if keys = append(keys, client.ObjectKeyFromObject(rival.Client)); len(keys) == maxRivals {
			break
		}
	}
	return keys
}
