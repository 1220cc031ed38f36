package lookup

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// maxRivals bounds how many clients one change reconciles. The oldest has the ID, the
// second gets it next; the others only report whose it is.
const maxRivals = 8

// rivals returns the oldest others that could have the ID of a client: when it comes,
// changes or goes, the first of them may lose the ID or get it. Claimants that break a
// rule of their own are left out: whatever happens to others, they have no ID.
func (l *Clients) rivals(ctx context.Context, id string, changed client.Object) []ctrl.Request {
	inputs, err := l.Inputs(ctx)
	if err != nil {
		return nil
	}
	if inputs.Claimants, err = l.Claimants(ctx, id); err != nil || len(inputs.Claimants) == 0 {
		return nil
	}
	var out []ctrl.Request
	for rival := range clientspec.Claims(inputs) {
		if rival.Refusal != nil || rival.Client.UID == changed.GetUID() {
			continue
		}
		if out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(rival.Client)}); len(out) == maxRivals {
			break
		}
	}
	return out
}

// RivalsOf maps a client to the others that claim its ID.
func (l *Clients) RivalsOf(ctx context.Context, changed client.Object) []ctrl.Request {
	return l.rivals(ctx, changed.(*oauthv1alpha1.OAuthClient).ClientID(), changed)
}
