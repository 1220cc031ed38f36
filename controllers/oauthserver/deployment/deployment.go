package deployment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/render"
	"github.com/grantor-dev/grantor/internal/render/patches"
)

// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=services;serviceaccounts,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses;networkpolicies,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=policy,resources=poddisruptionbudgets,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=roles;rolebindings;clusterrolebindings,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles,resourceNames=grantor-server;grantor-server-namespace,verbs=bind

// Reconciler applies and deletes what runs OAuthServers.
type Reconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server: that something is absent from a cache is no
	// evidence that it does not exist.
	Live client.Reader
	// ServerImage is the image of servers that name none.
	ServerImage string
	// Routes follows what exposes servers to Gateways.
	Routes *Routes
}

// refusal is what only a person can cure.
type refusal struct{ reason, message string }

// Error implements error.
func (r *refusal) Error() string { return r.message }

// Reconcile owns the condition Deployed, what runs the server and its
// inventory in the status. Nothing is changed before it is known that all of it can be.
func (r *Reconciler) Reconcile(ctx context.Context, server *oauthv1alpha1.OAuthServer, set conditions.Set) error {
	wanted, err := r.render(server)
	if err == nil {
		err = r.checkSecrets(ctx, server)
	}
	if err == nil {
		err = r.deploy(ctx, server, wanted)
	}
	if refused, ok := errors.AsType[*refusal](err); ok {
		set.False(oauthv1alpha1.ConditionDeployed, refused.reason, refused.message)
		if keysReady(server) {
			set.Stalled(refused.reason, refused.message)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if server.Spec.Deployment == nil {
		set.Remove(oauthv1alpha1.ConditionDeployed)
		server.Status.Replicas = nil
		return nil
	}
	return report(server, wanted, set)
}

func keysReady(server *oauthv1alpha1.OAuthServer) bool {
	return meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
}

// render returns the objects as they should be, each with its owner and a hash of
// what is said of it.
func (r *Reconciler) render(server *oauthv1alpha1.OAuthServer) ([]*unstructured.Unstructured, error) {
	objects, err := render.Objects(server, r.ServerImage)
	var patch *patches.Error
	switch {
	case errors.Is(err, render.ErrImageUnknown):
		return nil, &refusal{oauthv1alpha1.ReasonImageUnknown, sentence(err)}
	case errors.As(err, &patch):
		return nil, &refusal{oauthv1alpha1.ReasonPatchRefused, sentence(err)}
	case err != nil:
		return nil, fmt.Errorf("render: %w", err)
	}
	for _, object := range objects {
		own(object, server)
		if err := stamp(object); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// deploy brings the cluster to what is wanted, and wanted to what the cluster says.
func (r *Reconciler) deploy(ctx context.Context, server *oauthv1alpha1.OAuthServer, wanted []*unstructured.Unstructured) error {
	steps, err := r.plan(ctx, server, wanted)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err := r.try(ctx, step); err != nil {
			return err
		}
	}
	if err := r.remember(ctx, server, wanted); err != nil {
		return err
	}
	for _, step := range steps {
		if err := r.apply(ctx, step); err != nil {
			return err
		}
	}
	return r.prune(ctx, server, wanted)
}

// explained turns the refusal of an API server into one that a person can act upon,
// and leaves what a retry can cure.
func explained(object *unstructured.Unstructured, err error) error {
	if object.GroupVersionKind() == routeKind && apierrors.IsNotFound(err) {
		// The kind is gone: what is applied need not be there.
		return errNoGateway()
	}
	if apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || apierrors.IsForbidden(err) || unknownField(object, err) {
		return &refusal{oauthv1alpha1.ReasonObjectRefused, fmt.Sprintf("%s %q is refused: %v", object.GetKind(), object.GetName(), err)}
	}
	return fmt.Errorf("apply %s %s: %w", object.GetKind(), object.GetName(), err)
}

// unknownField reports whether a patch gave an HTTPRoute a field that the kind does not
// have, which an API server answers as if it had failed itself. Of the other kinds all
// fields are known here.
func unknownField(object *unstructured.Unstructured, err error) bool {
	return object.GroupVersionKind() == routeKind && apierrors.IsInternalError(err) && strings.Contains(err.Error(), "not declared in schema")
}
