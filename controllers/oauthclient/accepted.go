package oauthclient

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// reconcileAccepted owns the condition Accepted. A client that is not accepted
// keeps its Secret and digests as they are, so that nothing changes when it is
// accepted again.
func (r *Reconciler) reconcileAccepted(ctx context.Context, p *pass) (bool, error) {
	if err := r.rebind(ctx, p); err != nil {
		return false, err
	}
	if err := r.resolveRedirects(ctx, p); err != nil {
		return false, err
	}
	decision, err := r.decide(ctx, p)
	if err != nil {
		return false, err
	}
	p.decision = decision
	if refusal := decision.Refusal; refusal != nil {
		p.set.False(oauthv1alpha1.ConditionAccepted, refusal.Reason, refusal.Message)
		p.set.False(oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ReasonNotAccepted, "The client is not accepted; its Secret is left as it is.")
		p.set.Stalled(refusal.Reason, refusal.Message)
		return false, nil
	}
	p.server = decision.Server
	status := &p.client.Status
	status.ClientID = decision.Client.ID
	status.Issuer = decision.Server.Spec.Issuer
	status.ServerRef = &oauthv1alpha1.ServerReference{Name: p.server.Name, Namespace: p.server.Namespace}
	p.set.True(oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ReasonAccepted, fmt.Sprintf(
		"OAuthServer %s/%s accepts the client.", p.server.Namespace, p.server.Name))
	return true, nil
}

// decide gathers what the pure rules need.
func (r *Reconciler) decide(ctx context.Context, p *pass) (clientspec.Decision, error) {
	c := p.client
	world, err := r.world(ctx)
	if err != nil {
		return clientspec.Decision{}, err
	}
	self, err := r.candidate(ctx, c)
	if err != nil {
		return clientspec.Decision{}, err
	}
	self.Redirects = p.resolution.redirects
	if world.Claimants, err = r.claimants(ctx, c.ClientID()); err != nil {
		return clientspec.Decision{}, err
	}
	return clientspec.Decide(self, world), nil
}

func (r *Reconciler) candidate(ctx context.Context, c *oauthv1alpha1.OAuthClient) (clientspec.Candidate, error) {
	namespace, err := r.namespace(ctx, c.Namespace)
	if err != nil {
		return clientspec.Candidate{}, err
	}
	return clientspec.Candidate{Client: c, NamespaceLabels: namespace.Labels, NamespaceUnknown: namespace.UID == ""}, nil
}

// namespaceTerminating reports whether nothing can be created in a namespace any
// more.
func (r *Reconciler) namespaceTerminating(ctx context.Context, name string) (bool, error) {
	namespace, err := r.namespace(ctx, name)
	return err == nil && namespace.DeletionTimestamp != nil, err
}

// namespace returns the metadata of a namespace, without labels if it is not there.
func (r *Reconciler) namespace(ctx context.Context, name string) (*metav1.PartialObjectMetadata, error) {
	namespace := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}}
	if err := r.Client.Get(ctx, client.ObjectKey{Name: name}, namespace); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("get namespace: %w", err)
	}
	return namespace, nil
}
