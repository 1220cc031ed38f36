package lookup

import (
	"context"
	"slices"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// maxRivals bounds how many clients one change reconciles. The oldest has the ID, the
// second gets it next; the others only report whose it is.
const maxRivals = 8

// rivals returns the oldest others that could have the ID of a client: when it comes,
// changes or goes, the first of them may lose the ID or get it. Claimants that break a
// rule of their own are left out: whatever happens to others, they have no ID. So are those
// that are older than the client: they come before it anyway.
func (l *Clients) rivals(ctx context.Context, id string, changed client.Object) []ctrl.Request {
	claimants, err := l.Claimants(ctx, id)
	if err != nil {
		return nil
	}
	if c, ok := changed.(*oauthv1alpha1.OAuthClient); ok {
		claimants.Clients = slices.DeleteFunc(claimants.Clients, func(one *oauthv1alpha1.OAuthClient) bool { return !age.Older(c, one) })
	}
	if len(claimants.Clients) == 0 {
		return nil
	}
	inputs, err := l.Inputs(ctx)
	if err != nil {
		return nil
	}
	inputs.Claimants = claimants
	var out []ctrl.Request
	for rival := range clientspec.Claims(inputs) {
		if rival.Refusal != nil {
			continue
		}
		if out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(rival.Client)}); len(out) == maxRivals {
			break
		}
	}
	return out
}

// RivalsOf maps a client to the others that claim its ID. A client that breaks a rule of its
// own takes the ID from nobody, so it has none: any tenant may create thousands of them.
func (l *Clients) RivalsOf(ctx context.Context, changed client.Object) []ctrl.Request {
	c := changed.(*oauthv1alpha1.OAuthClient)
	out := l.rivals(ctx, c.ClientID(), c)
	if len(out) == 0 || l.harmless(ctx, c) {
		return nil
	}
	return out
}

// harmless reports whether a client has no ID, and had none, whatever others do. Without the
// labels of its namespace, which may be gone already, nobody knows.
func (l *Clients) harmless(ctx context.Context, c *oauthv1alpha1.OAuthClient) bool {
	inputs, err := l.Inputs(ctx)
	if err != nil {
		return false
	}
	candidate, err := l.candidate(ctx, c)
	if err != nil || candidate.NamespaceUnknown {
		return false
	}
	inputs.Claimants = clientspec.KnownClaimants(candidate)
	for claim := range clientspec.Claims(inputs) {
		return claim.Refusal != nil
	}
	return false
}
