package registration

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// create creates the OAuthClient of a Registration.
func (r *Reconciler) create(ctx context.Context, p *pass) (time.Duration, error) {
	if again, err := r.authentic(ctx, p); err != nil || again > 0 {
		return again, err
	}
	if full, err := r.full(ctx, p); err != nil || full {
		return 0, err
	}
	payload, err := registered.Decode(p.registration.Spec.Payload)
	if err != nil {
		return r.refuse(ctx, p, "The releases of the server and the operator do not fit together. Try again once both are updated.")
	}
	// The cache may be older than what the server saw, so the Registration waits.
	if where, err := r.admit(ctx, p, payload); err != nil || !where.known || !where.byRegistrant {
		return recheck, err
	}
	if p.registration.Spec.Client != registered.ClientName(p.registration.Name) {
		return 0, r.remove(ctx, p.registration)
	}
	object := registered.Object(p.registration, payload)
	if err := r.Client.Create(ctx, object, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return r.refused(ctx, p, err)
	}
	p.client = object
	return 0, r.note(ctx, p)
}

// change applies what a management request changed. It reads the OAuthClient first, so changes
// that were made by hand are never lost.
func (r *Reconciler) change(ctx context.Context, p *pass) (time.Duration, error) {
	if again, err := r.authentic(ctx, p); err != nil || again > 0 {
		return again, err
	}
	current, err := r.clientOf(ctx, r.Live, p.registration)
	if err != nil || current == nil || !registered.Of(current, p.registration) {
		return reconcile.ConflictDelay, err
	}
	if registered.Generation(current) >= p.registration.Spec.Generation {
		// The cache is older. Another secret must not be carried twice.
		return 0, nil
	}
	return r.carry(ctx, p, current)
}

// carry writes what a Registration says into an OAuthClient that was read from the API server.
func (r *Reconciler) carry(ctx context.Context, p *pass, current *oauthv1alpha1.OAuthClient) (time.Duration, error) {
	payload, err := registered.Decode(p.registration.Spec.Payload)
	if err != nil {
		return recheck, nil //nolint:nilerr // an operator of a later release understands it
	}
	where, err := r.admit(ctx, p, payload)
	if err != nil {
		return 0, err
	}
	switch {
	case !where.known || !where.listed:
		return r.refuse(ctx, p, "spec.registration.namespaces of the OAuthServer no longer lists the namespace.")
	case !registered.Fits(current, p.registration):
		return r.refuse(ctx, p, "The OAuthClient has another serverRef, or lacks secret.derived.")
	case !registered.Changeable(&current.Spec):
		return r.refuse(ctx, p, notChangeable)
	}
	if registered.Generation(current) >= p.registration.Spec.Generation {
		// As in a restored cluster: another secret is not carried twice.
		payload.Spec.Secret.Derived = nil
	}
	registered.Carry(&current.Spec, payload)
	registered.Mark(current, p.registration, payload)
	if err := r.Client.Update(ctx, current, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		return r.refused(ctx, p, err)
	}
	return 0, nil
}

// notChangeable says why metadata cannot change a client.
const notChangeable = "The OAuthClient has an authentication.method that cannot be registered."

// full deletes a Registration and returns true if its namespace already has the maximum number
// of registered OAuthClients. The server counts before it stores, but a replica does not see at
// once what the others store. There is one operator, so its count is exact.
func (r *Reconciler) full(ctx context.Context, p *pass) (bool, error) {
	most := serverspec.Of(p.server).Registration.PerNamespace
	list := &oauthv1alpha1.OAuthClientList{}
	// Those that were just created are in no cache yet.
	err := r.Live.List(ctx, list, client.InNamespace(p.registration.Spec.Namespace), client.HasLabels{oauthv1alpha1.LabelRegistered})
	if err != nil {
		return false, fmt.Errorf("list clients: %w", err)
	}
	if len(list.Items) < most {
		return false, nil
	}
	return true, r.remove(ctx, p.registration)
}

// taken refuses a Registration if another OAuthClient has the name, unless that is the
// Registration's own OAuthClient from before the Registration was lost, as in a restored
// cluster.
func (r *Reconciler) taken(ctx context.Context, p *pass) (time.Duration, error) {
	current, err := r.clientOf(ctx, r.Live, p.registration)
	if err != nil || current == nil || registered.Of(current, p.registration) {
		return reconcile.ConflictDelay, err
	}
	lost, err := r.lost(ctx, p, current)
	if err != nil {
		return 0, err
	}
	if !lost {
		return r.refuse(ctx, p, "The name of the OAuthClient is taken. Register the client with another software_id.")
	}
	if again, err := r.authentic(ctx, p); err != nil || again > 0 {
		return again, err
	}
	return r.carry(ctx, p, current)
}

// lost reports whether an OAuthClient was registered by the same registrant, with a
// Registration that no longer exists.
func (r *Reconciler) lost(ctx context.Context, p *pass, current *oauthv1alpha1.OAuthClient) (bool, error) {
	uid := current.Labels[oauthv1alpha1.LabelRegistered]
	if uid == "" || current.DeletionTimestamp != nil || current.Annotations[oauthv1alpha1.AnnotationRegistrant] != p.registration.Spec.Registrant {
		return false, nil
	}
	known, err := r.registrationOf(ctx, types.UID(uid))
	return known == nil, err
}

// refused says why the API server did not accept an OAuthClient.
func (r *Reconciler) refused(ctx context.Context, p *pass, err error) (time.Duration, error) {
	spec := &p.registration.Spec
	switch {
	case apierrors.IsInvalid(err):
		return r.refuse(ctx, p, invalid(err))
	case reconcile.Refused(err) != 0:
		r.Events.Eventf(p.server, nil, corev1.EventTypeWarning, oauthv1alpha1.ReasonRegistrationNotPermitted, "Reconcile",
			"A client that registered in namespace %s waits: the operator cannot write OAuthClients there (HTTP %d). It needs a Role, or a quota or an admission policy refuses it",
			spec.Namespace, reconcile.Refused(err))
		return recheck, nil
	}
	return 0, fmt.Errorf("write client: %w", err)
}

// invalid returns what the schema says of an OAuthClient. It quotes nothing but what was
// registered, which is no secret.
func invalid(err error) string {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || status.ErrStatus.Details == nil {
		return "The API server refuses the OAuthClient."
	}
	var reasons []string
	for _, cause := range status.ErrStatus.Details.Causes {
		reasons = append(reasons, cause.Field+": "+cause.Message)
	}
	return strings.Join(reasons[:min(len(reasons), 3)], "; ")
}

// maxRefusal is how long a refusal may be.
const maxRefusal = 1024

// refuse writes into a Registration why no OAuthClient can be made from it. If it already has
// an OAuthClient, that remains as it was.
func (r *Reconciler) refuse(ctx context.Context, p *pass, why string) (time.Duration, error) {
	object, again := p.registration.DeepCopy(), keepRefused
	if p.client != nil && registered.Of(p.client, p.registration) {
		object.Spec.ClientUID = string(p.client.UID)
	}
	if object.Spec.ClientUID != "" {
		// A change of its OAuthClient, or of the OAuthServer, causes an earlier reconcile.
		again = unchangeable
	} else {
		object.Spec.State = sessionv1alpha1.RegistrationRefused
	}
	object.Spec.Refusal = why[:min(len(why), maxRefusal)]
	return again, r.write(ctx, p, object)
}

// note records which OAuthClient was created, so that its absence later means that it was
// deleted.
func (r *Reconciler) note(ctx context.Context, p *pass) error {
	object := p.registration.DeepCopy()
	object.Spec.ClientUID, object.Spec.Refusal = string(p.client.UID), ""
	return r.write(ctx, p, object)
}

// write stores a Registration if it differs from what was read, unless what was read is the
// version that the last write replaced: the cache will have the new one in a moment.
func (r *Reconciler) write(ctx context.Context, p *pass, object *sessionv1alpha1.Registration) error {
	name, read := client.ObjectKeyFromObject(object), p.registration.ResourceVersion
	if over, ok := r.written.Load(name); object.Spec == p.registration.Spec || ok && over == read {
		return nil
	}
	if err := r.Sessions.Live.Update(ctx, object); err != nil {
		return fmt.Errorf("update registration: %w", err)
	}
	r.written.Store(name, read)
	return nil
}

func (r *Reconciler) clientOf(ctx context.Context, from client.Reader, registration *sessionv1alpha1.Registration) (*oauthv1alpha1.OAuthClient, error) {
	object := &oauthv1alpha1.OAuthClient{}
	err := from.Get(ctx, client.ObjectKey{Namespace: registration.Spec.Namespace, Name: registration.Spec.Client}, object)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("get client: %w", err)
	}
	return object, nil
}
