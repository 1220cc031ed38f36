package registration

import (
	"context"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// admission is what the OAuthServer says about the namespace of a Registration.
type admission struct {
	// known says that the namespace is the one that the client was registered in.
	known bool
	// listed says that spec.registration.namespaces has the namespace, and byRegistrant that
	// it lets the registrant register clients there.
	listed, byRegistrant bool
}

// admit says whether the OAuthServer still lets a client be registered in the namespace of a
// Registration. Several OAuthServers share the operator and its Roles, so the decision of a
// server is not enough.
func (r *Reconciler) admit(ctx context.Context, p *pass, payload registered.Client) (admission, error) {
	spec := &p.registration.Spec
	namespace, err := reconcile.Namespace(ctx, r.Client, spec.Namespace)
	if err != nil {
		return admission{}, err
	}
	settings := serverspec.Of(p.server).Registration
	return admission{
		known:        namespace.UID != "" && string(namespace.UID) == payload.NamespaceUID,
		listed:       settings.Admits(spec.Namespace, namespace.Labels),
		byRegistrant: settings.AdmitsBy(spec.Registrant, spec.Namespace, namespace.Labels),
	}, nil
}

// keepPending is for how long a Registration may have no OAuthClient.
const keepPending = time.Hour

// isPending reports whether a Registration has no OAuthClient yet.
func (p *pass) isPending() bool {
	spec := &p.registration.Spec
	return spec.State == sessionv1alpha1.RegistrationRegistered && spec.ClientUID == "" && (p.client == nil || !registered.Of(p.client, p.registration))
}

// until returns when to look at a pending Registration again: no later than when it ends.
func (p *pass) until(again time.Duration, now time.Time) time.Duration {
	return sooner(again, max(time.Second, keepPending-now.Sub(p.registration.CreationTimestamp.Time)))
}

// reseal seals a Registration with the pepper in use, so that the old one can be deleted. It
// reports whether it wrote, and when another pepper will be in use.
func (r *Reconciler) reseal(ctx context.Context, p *pass) (done bool, next time.Time, err error) {
	ring, peppers, err := r.keysOf(ctx, p.server)
	if err != nil || len(peppers) == 0 {
		return false, next, err
	}
	seal, ok := resealed(p.registration, peppers)
	if !ok {
		return false, ring.Switch(r.Now()), nil
	}
	object := p.registration.DeepCopy()
	object.Spec.Seal = seal
	return true, next, r.write(ctx, p, object)
}

// resealed returns the seal of a Registration with the pepper in use, and false if the
// Registration already has that seal or its seal does not verify.
func resealed(registration *sessionv1alpha1.Registration, peppers credentials.Peppers) (string, bool) {
	current, ok := peppers.Current()
	parts := registered.Parts(registration)
	if !ok || credentials.PepperID(registration.Spec.Seal) == current.ID() || !parts.Sealed(peppers, registration.Spec.Seal) {
		return "", false
	}
	return parts.Seal(current), true
}
