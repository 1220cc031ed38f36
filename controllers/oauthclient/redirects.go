package oauthclient

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// kindAgain is when a kind is looked for again that the cluster does not have.
const kindAgain = 10 * time.Second

// resolveRedirects makes redirect URIs of the objects that a client names.
func (r *Reconciler) resolveRedirects(ctx context.Context, p *pass) error {
	c := p.client
	findings := make([]finding, 0, len(c.Spec.RedirectURIsFrom))
	for _, from := range c.Spec.RedirectURIsFrom {
		hosts, err := r.Hosts.Of(ctx, from.Kind, client.ObjectKey{Namespace: c.Namespace, Name: from.Name})
		f := finding{source: from, hosts: hosts, missing: apierrors.IsNotFound(err), notInstalled: meta.IsNoMatchError(err)}
		if err != nil && !f.missing && !f.notInstalled {
			return err
		}
		if f.notInstalled {
			p.requeueAfter(kindAgain)
		}
		findings = append(findings, f)
	}
	p.resolution = resolve(findings)
	return nil
}

// reconcileRedirects owns the condition RedirectURIsResolved and the redirect URIs in
// the status. It follows the objects while the client is refused too, so that nothing
// old counts once the client is accepted again.
func (r *Reconciler) reconcileRedirects(ctx context.Context, p *pass) error {
	if len(p.client.Spec.RedirectURIsFrom) == 0 {
		p.setRedirects(credentials.Redirects{}, "")
		p.set.Remove(oauthv1alpha1.ConditionRedirectURIsResolved)
		return nil
	}
	server := p.decision.Server
	if server == nil {
		p.set.False(oauthv1alpha1.ConditionRedirectURIsResolved, oauthv1alpha1.ReasonNotAccepted, "The client has no server; see the condition Accepted.")
		return nil
	}
	peppers, err := r.peppers(ctx, server, p.client)
	if errors.Is(err, errKeysMissing) {
		p.leaveRedirects(server)
		return nil
	}
	if err != nil {
		return err
	}
	pepper, _ := peppers.Current()
	counting := credentials.Redirects(p.resolution.bound(p.decision.Redirects))
	if unwanted := p.decision.Unwanted; unwanted != nil {
		p.resolution.add(unwanted.Reason, unwanted.Message)
	}
	p.scheduleMove(peppers)
	seal := p.client.Status.RedirectURIsSeal
	switch same := counting.Sealed(peppers.Peppers, p.client.UID, seal); {
	case !same:
		p.setRedirects(counting, counting.Seal(pepper, p.client.UID))
	case peppers.due(p.now) && credentials.PepperID(seal) != pepper.ID():
		// The same redirect URIs: a replica accepts them by either seal.
		p.client.Status.RedirectURIsSeal = counting.Seal(pepper, p.client.UID)
		fallthrough
	default:
		p.setRedirects(counting, p.client.Status.RedirectURIsSeal)
	}
	if problems := p.resolution.problems; len(problems) > 0 {
		p.set.False(oauthv1alpha1.ConditionRedirectURIsResolved, problems[0].reason, p.resolution.message())
		return nil
	}
	p.resolution.note(fmt.Sprintf("Redirect URIs that spec.redirectURIsFrom makes: %d.", len(counting.URIs)))
	p.set.True(oauthv1alpha1.ConditionRedirectURIsResolved, oauthv1alpha1.ReasonRedirectURIsResolved, p.resolution.message())
	return nil
}

// setRedirects puts redirect URIs into the status. Replicas have to load others first,
// so the status must not say meanwhile that they have.
func (p *pass) setRedirects(list credentials.Redirects, seal string) {
	status := &p.client.Status
	changed := status.RedirectURIsSeal != seal
	if !slices.Equal(status.RedirectURIs, list.URIs) || !slices.Equal(status.PostLogoutRedirectURIs, list.PostLogoutURIs) || changed {
		status.RedirectURIs, status.PostLogoutRedirectURIs, status.RedirectURIsSeal = list.URIs, list.PostLogoutURIs, seal
	}
	if !changed || p.decision.Refusal != nil {
		return
	}
	p.published = true
	const message = "The redirect URIs changed; the replicas are asked whether they have loaded them."
	p.set.False(oauthv1alpha1.ConditionServed, oauthv1alpha1.ReasonReplicasBehind, message)
	p.set.Reconciling(oauthv1alpha1.ReasonReplicasBehind, message)
}

// leaveRedirects keeps what is sealed while nothing can be sealed: losing the keys must
// not look as if every Ingress had lost its hosts.
func (p *pass) leaveRedirects(server *oauthv1alpha1.OAuthServer) {
	condition := meta.FindStatusCondition(p.client.Status.Conditions, oauthv1alpha1.ConditionRedirectURIsResolved)
	if condition != nil && condition.ObservedGeneration == p.client.Generation {
		return
	}
	p.set.False(oauthv1alpha1.ConditionRedirectURIsResolved, oauthv1alpha1.ReasonKeysMissing, fmt.Sprintf(
		"OAuthServer %s/%s has no complete set of keys, with which redirect URIs are sealed; see its condition KeysReady.", server.Namespace, server.Name))
}

// storeRedirects stores new redirect URIs before replicas are asked about them.
func (r *Reconciler) storeRedirects(ctx context.Context, p *pass) error {
	if p.stored.Status.RedirectURIsSeal == p.client.Status.RedirectURIsSeal {
		return nil
	}
	// What was heard before is about other redirect URIs.
	p.coverage = replicas.Coverage{}
	return r.patchStatus(ctx, p)
}

// lacksRedirects reports whether nobody can sign in to the client because it has no
// redirect URI, and says so.
func (p *pass) lacksRedirects() bool {
	c := p.client
	if !slices.Contains(c.Spec.GrantTypes, oauthv1alpha1.GrantAuthorizationCode) || len(c.Spec.RedirectURIs)+len(c.Status.RedirectURIs) > 0 {
		return false
	}
	condition := meta.FindStatusCondition(c.Status.Conditions, oauthv1alpha1.ConditionRedirectURIsResolved)
	if condition == nil {
		return false
	}
	p.set.Reconciling(condition.Reason, "The client has no redirect URI yet. "+condition.Message)
	return true
}

func redirectSourceKey(kind oauthv1alpha1.RedirectSourceKind, namespace, name string) string {
	return string(kind) + "/" + namespace + "/" + name
}

// redirectSources are the keys of the objects that a client names.
func redirectSources(c *oauthv1alpha1.OAuthClient) []string {
	var keys []string
	for _, from := range c.Spec.RedirectURIsFrom {
		keys = append(keys, redirectSourceKey(from.Kind, c.Namespace, from.Name))
	}
	return keys
}

// clientsOfSource maps an object of a kind to the clients that name it.
func (r *Reconciler) clientsOfSource(kind oauthv1alpha1.RedirectSourceKind) handler.MapFunc {
	return func(ctx context.Context, object client.Object) []reconcile.Request {
		list := &oauthv1alpha1.OAuthClientList{}
		key := redirectSourceKey(kind, object.GetNamespace(), object.GetName())
		if r.Client.List(ctx, list, client.MatchingFields{indexRedirectSource: key}, client.UnsafeDisableDeepCopy) != nil {
			return nil
		}
		return requests(list, func(*oauthv1alpha1.OAuthClient) bool { return true })
	}
}
