package gather

import (
	"context"
	"errors"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/hosts"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthclient/redirects"
	"github.com/grantor-dev/grantor/controllers/oauthclient/secret"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// Reader reads what decides about a client.
type Reader struct {
	// Cache reads from the cache, Live from the API server.
	Cache, Live client.Reader
	// Hosts are those of the objects that clients name in spec.redirectURIsFrom.
	Hosts *hosts.Reader
	// KeyRings remembers the keys of servers.
	KeyRings *keyrings.Cache
	// Clients finds clients.
	Clients *lookup.Clients
}

// Observed is what decides whether a client is accepted, each fact read once. It comes from
// the cache, and nothing of it but the client may be changed.
type Observed struct {
	Client    *oauthv1alpha1.OAuthClient
	Namespace *metav1.PartialObjectMetadata
	Inputs    clientspec.Inputs
	// Sources are what spec.redirectURIsFrom names.
	Sources []redirects.Source
	// Proven is the server whose keys verify the credentials of a client that is bound to a
	// server which does not exist; nil if there is none.
	Proven *oauthv1alpha1.OAuthServer
	// Now is read once, so that all steps of a reconcile agree on what is due.
	Now time.Time
}

// Observe reads what decides about a client; only the namespace if that is being deleted.
func (r *Reader) Observe(ctx context.Context, c *oauthv1alpha1.OAuthClient, now time.Time) (Observed, error) {
	o := Observed{Client: c, Now: now}
	var err error
	if o.Namespace, err = reconcile.Namespace(ctx, r.Cache, c.Namespace); err != nil || o.Namespace.DeletionTimestamp != nil {
		return o, err
	}
	if o.Inputs, err = r.Clients.Inputs(ctx); err != nil {
		return o, err
	}
	if o.Inputs.Claimants, err = r.Clients.Claimants(ctx, c.ClientID()); err != nil {
		return o, err
	}
	if o.Proven, err = r.provenServer(ctx, c, o.Inputs.Servers, now); err != nil {
		return o, err
	}
	o.Sources, err = r.redirectSources(ctx, c)
	return o, err
}

// provenServer finds the server of a client that is bound to one which does not exist: the
// credentials of a server that is gone verify with the keys of no other. So a status that
// was written by hand does not refuse a client for good.
func (r *Reader) provenServer(ctx context.Context, c *oauthv1alpha1.OAuthClient, servers []*oauthv1alpha1.OAuthServer, now time.Time) (*oauthv1alpha1.OAuthServer, error) {
	bound := c.Status.ServerRef
	if c.Spec.ServerRef != nil || bound == nil || len(c.Status.Credentials) == 0 || slices.ContainsFunc(servers, func(s *oauthv1alpha1.OAuthServer) bool {
		return s.Namespace == bound.Namespace && s.Name == bound.Name
	}) {
		return nil, nil //nolint:nilnil // the binding is not in question
	}
	for _, server := range servers {
		peppers, err := r.Peppers(ctx, server, c, now)
		if errors.Is(err, ErrKeysMissing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(secret.Opened(c, peppers.Peppers)) > 0 {
			return server, nil
		}
	}
	return nil, nil //nolint:nilnil // no server is proven
}

// redirectSources reads the objects that a client names in spec.redirectURIsFrom.
func (r *Reader) redirectSources(ctx context.Context, c *oauthv1alpha1.OAuthClient) ([]redirects.Source, error) {
	var sources []redirects.Source
	for _, from := range c.Spec.RedirectURIsFrom {
		found, err := r.Hosts.Of(ctx, from.Kind, client.ObjectKey{Namespace: c.Namespace, Name: from.Name})
		source := redirects.Source{Entry: from, Hosts: found, Missing: apierrors.IsNotFound(err), NotInstalled: meta.IsNoMatchError(err)}
		if err != nil && !source.Missing && !source.NotInstalled {
			return nil, err
		}
		sources = append(sources, source)
	}
	return sources, nil
}
