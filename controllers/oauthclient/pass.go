package oauthclient

import (
	"fmt"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthclient/redirects"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/conditions"
)

// pass is one reconcile of one client.
type pass struct {
	gather.Observed
	// before is the client at the start, stored as it was written last.
	before, stored *oauthv1alpha1.OAuthClient
	set            conditions.Set
	again          reconcile.Requeue
	// resolution is what became of spec.redirectURIsFrom, decision what the rules say, and
	// server the one that the client belongs to; nil if there is none.
	resolution redirects.Resolution
	decision   clientspec.Decision
	server     *oauthv1alpha1.OAuthServer
	// peppers are those of the server, unless its keys are missing.
	peppers     secret.Peppers
	keysMissing bool
	// published says that this pass stored new credentials or redirect URIs, coverage
	// which replicas have loaded what is stored.
	published bool
	coverage  replicas.Coverage
	// behindFor is how long replicas were behind before they were asked.
	behindFor time.Duration
	// unfinished says that the pass left its work for the next one; the status does not
	// speak of this generation yet.
	unfinished bool
}

// begin returns a pass over what was read.
func begin(o gather.Observed) *pass {
	before := o.Client.DeepCopy()
	if o.Proven != nil {
		o.Client.Status.ServerRef = &oauthv1alpha1.ServerReference{Name: o.Proven.Name, Namespace: o.Proven.Namespace}
	}
	return &pass{
		Observed: o, before: before, stored: before,
		set: conditions.Set{Conditions: &o.Client.Status.Conditions, Generation: o.Client.Generation},
	}
}

func (p *pass) manifest() manifest.Inputs { return manifest.Inputs{Client: p.Client, Server: p.server} }

// decide owns the condition Accepted. A client that is not accepted keeps its Secret and
// digests as they are, so that nothing changes when it is accepted again.
func (p *pass) decide() (accepted bool) {
	p.resolution = redirects.Resolve(p.Sources)
	candidate := lookup.Candidate(p.Client, p.Namespace)
	candidate.Redirects = p.resolution.Redirects
	p.decision = clientspec.Decide(candidate, p.Inputs)
	p.server = p.decision.Server
	if refusal := p.decision.Refusal; refusal != nil {
		p.set.False(oauthv1alpha1.ConditionAccepted, refusal.Reason, refusal.Message)
		p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonNotAccepted, "The client is not accepted; its Secret is left as it is.")
		p.set.Stalled(refusal.Reason, refusal.Message)
		return false
	}
	status := &p.Client.Status
	status.ClientID = p.decision.Client.ID
	status.Issuer = p.server.Spec.Issuer
	status.ServerRef = &oauthv1alpha1.ServerReference{Name: p.server.Name, Namespace: p.server.Namespace}
	p.set.True(oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ReasonAccepted, fmt.Sprintf(
		"OAuthServer %s/%s accepts the client.", p.server.Namespace, p.server.Name))
	return true
}
