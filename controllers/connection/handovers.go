package connection

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/internal/handover"
)

var _ oauthtoken.Handovers = (*Reconciler)(nil)

// Setup implements oauthtoken.Handovers. OAuthTokens do not wait until Connections were read: the
// API server that keeps those can be another one, and be away.
func (r *Reconciler) Setup(b *builder.Builder) *builder.Builder {
	return b.WatchesRawSource(source.Channel(r.waiting, &handler.EnqueueRequestForObject{}))
}

// readTime bounds reading Connections from the cache, which blocks until it has all.
const readTime = time.Second

// Next implements oauthtoken.Handovers. Of several codes the last one counts; the others are
// taken before it is returned, so that they cannot replace what it gives.
func (r *Reconciler) Next(ctx context.Context, token *oauthv1alpha1.OAuthToken) (*oauthtoken.Handover, error) {
	var best *sessionv1alpha1.Connection
	var code *handover.Code
	for _, c := range r.received(ctx, token) {
		f, known, err := r.facts(ctx, &c, token)
		if err != nil {
			return nil, err
		}
		if !known || refusal(f) != "" {
			continue
		}
		older := &c
		if code == nil || f.code.ReceivedAt.After(code.ReceivedAt) {
			older, best, code = best, &c, f.code
		}
		if older != nil {
			if err := r.refuse(ctx, older, token, whyReplaced); err != nil {
				return nil, err
			}
		}
	}
	if best == nil || !r.stillReceived(ctx, best) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	return &oauthtoken.Handover{
		ID: string(best.UID), Code: code.Code, Verifier: code.Verifier, RedirectURI: code.RedirectURI, Person: code.Username, At: code.ReceivedAt,
	}, nil
}

// Taken implements oauthtoken.Handovers.
func (r *Reconciler) Taken(ctx context.Context, token *oauthv1alpha1.OAuthToken, id string) error {
	for _, c := range r.received(ctx, token) {
		if string(c.UID) == id {
			return r.take(ctx, &c, "")
		}
	}
	return nil
}

// received returns the Connections of an OAuthToken that are not taken, as the cache has them;
// none until it has all.
func (r *Reconciler) received(ctx context.Context, token *oauthv1alpha1.OAuthToken) []sessionv1alpha1.Connection {
	at := token.Status.Server
	if at == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	list := &sessionv1alpha1.ConnectionList{}
	if err := r.Sessions.Cached.List(ctx, list, client.InNamespace(at.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return nil
	}
	var out []sessionv1alpha1.Connection
	for i := range list.Items {
		spec := &list.Items[i].Spec
		if spec.TokenUID == string(token.UID) && spec.State == sessionv1alpha1.ConnectionReceived && list.Items[i].DeletionTimestamp == nil {
			out = append(out, *list.Items[i].DeepCopy())
		}
	}
	return out
}

// stillReceived reports whether a Connection is as the cache has it: one that was taken a moment
// ago is not given out once more.
func (r *Reconciler) stillReceived(ctx context.Context, c *sessionv1alpha1.Connection) bool {
	now := &sessionv1alpha1.Connection{}
	err := r.Sessions.Live.Get(ctx, client.ObjectKeyFromObject(c), now)
	return err == nil && now.UID == c.UID && now.ResourceVersion == c.ResourceVersion
}
