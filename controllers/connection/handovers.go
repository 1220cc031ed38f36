package connection

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/internal/tokenspec"
)

var _ oauthtoken.Handovers = (*Reconciler)(nil)

// Setup implements oauthtoken.Handovers. OAuthTokens do not wait until Connections were read: the
// API server that keeps those can be another one, and be away.
func (r *Reconciler) Setup(b *builder.Builder) *builder.Builder {
	return b.WatchesRawSource(source.Channel(r.waiting, &handler.EnqueueRequestForObject{}))
}

// Next implements oauthtoken.Handovers. What decides is read at the API server: a copy may not
// have yet that the OAuthToken was changed, or the person disabled.
func (r *Reconciler) Next(ctx context.Context, token *oauthv1alpha1.OAuthToken) (*oauthtoken.Handover, error) {
	if received, err := r.received(string(token.UID)); err != nil || len(received) == 0 {
		return nil, err
	}
	now, err := r.tokenOf(ctx, client.ObjectKeyFromObject(token))
	if err != nil {
		return nil, err
	}
	best, err := r.pick(ctx, now, string(token.UID))
	if err != nil || best == nil {
		return nil, err
	}
	code := best.code
	if code.Provider != tokenspec.ProviderDigest(token.Status.Provider) {
		return nil, r.refuse(ctx, *best, whyProvider)
	}
	if good, err := r.confirm(ctx, best); err != nil || !good {
		return nil, err
	}
	return &oauthtoken.Handover{
		ID: best.connection.Name, Code: code.Code, Verifier: code.Verifier, RedirectURI: code.RedirectURI,
		Person: code.Username, UserUID: code.UserUID, At: code.ReceivedAt,
	}, nil
}

// confirm judges a Connection once more, by the person and the Connection as the API server has
// them: one that was taken a moment ago is not given out once more.
func (r *Reconciler) confirm(ctx context.Context, f *facts) (bool, error) {
	user := &oauthv1alpha1.OAuthUser{}
	err := r.Live.Get(ctx, client.ObjectKeyFromObject(f.user), user)
	switch {
	case apierrors.IsNotFound(err):
		f.user = nil
	case err != nil:
		return false, fmt.Errorf("get user: %w", err)
	case user.UID != f.user.UID:
		f.user = nil
	default:
		f.user = user
	}
	if v := judge(*f); v.why != "" {
		return false, r.refuse(ctx, *f, v.why)
	}
	now := &sessionv1alpha1.Connection{}
	err = r.Sessions.Live.Get(ctx, client.ObjectKeyFromObject(f.connection), now)
	if client.IgnoreNotFound(err) != nil {
		return false, fmt.Errorf("get connection: %w", err)
	}
	return err == nil && now.UID == f.connection.UID && now.ResourceVersion == f.connection.ResourceVersion, nil
}

// Taken implements oauthtoken.Handovers.
func (r *Reconciler) Taken(ctx context.Context, token *oauthv1alpha1.OAuthToken, id string) error {
	received, err := r.received(string(token.UID))
	if err != nil {
		return err
	}
	for _, c := range received {
		if c.Name == id {
			return r.take(ctx, c, "")
		}
	}
	return nil
}
