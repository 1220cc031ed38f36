package oauthclient

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/redirects"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// kindAgain is when a kind is looked for again that the cluster does not have.
const kindAgain = 10 * time.Second

// resolveRedirects owns the condition RedirectURIsResolved and the redirect URIs in the
// status. It follows the objects while the client is refused too, so that nothing old is
// valid once the client is accepted again.
func (p *pass) resolveRedirects() {
	if len(p.Client.Spec.RedirectURIsFrom) == 0 {
		p.setRedirects(credentials.Redirects{}, "", p.Client.Status.RedirectURIsSeal != "")
		p.set.Remove(oauthv1alpha1.ConditionRedirectURIsResolved)
		return
	}
	if slices.ContainsFunc(p.Sources, func(s redirects.Source) bool { return s.NotInstalled }) {
		p.again.In(kindAgain)
	}
	switch {
	case p.server == nil:
		p.set.False(oauthv1alpha1.ConditionRedirectURIsResolved, oauthv1alpha1.ReasonNotAccepted, "The client has no server; see the condition Accepted.")
		return
	case p.keysMissing:
		p.leaveRedirects()
		return
	}
	allowed := credentials.Redirects(p.resolution.Bound(p.decision.Redirects))
	if unwanted := p.decision.Unwanted; unwanted != nil {
		p.resolution.Add(unwanted.Reason, unwanted.Message)
	}
	p.peppers.Schedule(p.Now, p.again.In)
	seal, changed := redirects.Seal(allowed, p.peppers.Peppers, p.Client.UID, p.Client.Status.RedirectURIsSeal, p.peppers.Due(p.Now))
	p.setRedirects(allowed, seal, changed)
	if reason, message := p.resolution.Report(len(allowed.URIs)); reason != "" {
		p.set.False(oauthv1alpha1.ConditionRedirectURIsResolved, reason, message)
	} else {
		p.set.True(oauthv1alpha1.ConditionRedirectURIsResolved, oauthv1alpha1.ReasonRedirectURIsResolved, message)
	}
}

// setRedirects puts redirect URIs into the status. Replicas have to load others first,
// so until then the status must not say that they have.
func (p *pass) setRedirects(list credentials.Redirects, seal string, changed bool) {
	status := &p.Client.Status
	status.RedirectURIs, status.PostLogoutRedirectURIs, status.RedirectURIsSeal = list.URIs, list.PostLogoutURIs, seal
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
func (p *pass) leaveRedirects() {
	condition := meta.FindStatusCondition(p.Client.Status.Conditions, oauthv1alpha1.ConditionRedirectURIsResolved)
	if condition != nil && condition.ObservedGeneration == p.Client.Generation {
		return
	}
	p.set.False(oauthv1alpha1.ConditionRedirectURIsResolved, oauthv1alpha1.ReasonKeysMissing, fmt.Sprintf(
		"OAuthServer %s/%s has no complete set of keys, with which redirect URIs are sealed; see its condition KeysReady.", p.server.Namespace, p.server.Name))
}

// lacksRedirects reports whether no user can sign in to the client because it has no
// redirect URI, and says so.
func (p *pass) lacksRedirects() bool {
	c := p.Client
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
