package oauthclient

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A failed reconcile is tried again after firstRetry, then after twice as long each
// time, up to lastRetry: an API server that comes back finds the operator awake.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 30 * time.Second
)

const (
	// indexClientID finds the clients that claim a client ID.
	indexClientID = "clientID"
	// indexClientUID finds the Secrets of a client.
	indexClientUID = "clientUID"
	// indexAwaiting finds the clients that wait for replicas of a Service.
	indexAwaiting = "awaitingService"
	// indexSecretName finds the clients of a namespace that want a Secret name.
	indexSecretName = "secretName"
	// indexRedirectSource finds the clients that name an object which has hosts.
	indexRedirectSource = "redirectSource"
)

// SetupWithManager registers the controller and the indexes it needs.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	err := mgr.GetFieldIndexer().IndexField(ctx, &oauthv1alpha1.OAuthClient{}, indexClientID, func(o client.Object) []string {
		return []string{o.(*oauthv1alpha1.OAuthClient).ClientID()}
	})
	if err != nil {
		return err
	}
	err = mgr.GetFieldIndexer().IndexField(ctx, &corev1.Secret{}, indexClientUID, func(o client.Object) []string {
		return []string{o.GetLabels()[oauthv1alpha1.LabelClientUID]}
	})
	if err != nil {
		return err
	}
	err = mgr.GetFieldIndexer().IndexField(ctx, &oauthv1alpha1.OAuthClient{}, indexSecretName, func(o client.Object) []string {
		return []string{o.(*oauthv1alpha1.OAuthClient).ClientSecretName()}
	})
	if err != nil {
		return err
	}
	err = mgr.GetFieldIndexer().IndexField(ctx, &oauthv1alpha1.OAuthClient{}, indexAwaiting, func(o client.Object) []string {
		return awaiting(o.(*oauthv1alpha1.OAuthClient))
	})
	if err != nil {
		return err
	}
	err = mgr.GetFieldIndexer().IndexField(ctx, &oauthv1alpha1.OAuthClient{}, indexRedirectSource, func(o client.Object) []string {
		return redirectSources(o.(*oauthv1alpha1.OAuthClient))
	})
	if err != nil {
		return err
	}
	built, err := ctrl.NewControllerManagedBy(mgr).
		Named("oauthclient").
		For(&oauthv1alpha1.OAuthClient{}).
		Watches(&oauthv1alpha1.OAuthClient{}, handler.EnqueueRequestsFromMapFunc(r.rivalsOf),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&oauthv1alpha1.OAuthClient{}, r.countClients()).
		Watches(&oauthv1alpha1.OAuthClientPolicy{}, handler.EnqueueRequestsFromMapFunc(r.clientsOfPolicy),
			builder.WithPredicates(policyChanged())).
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.clientsOfSecret)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(r.clientsOfServer),
			builder.WithPredicates(serverChanged())).
		Watches(&discoveryv1.EndpointSlice{}, handler.EnqueueRequestsFromMapFunc(r.clientsAwaiting)).
		Watches(&metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}},
			handler.EnqueueRequestsFromMapFunc(r.clientsInNamespace),
			builder.WithPredicates(predicate.LabelChangedPredicate{})).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: max(r.Workers, 1),
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](firstRetry, lastRetry),
		}).
		Build(r.Trace.Reconciler("oauthclient", r))
	if err != nil {
		return err
	}
	r.Hosts.Notify(built, r.clientsOfSource)
	return nil
}

// rivalsOf maps a client to the others that claim its ID.
func (r *Reconciler) rivalsOf(ctx context.Context, changed client.Object) []ctrl.Request {
	return toRequests(r.rivals(ctx, changed.(*oauthv1alpha1.OAuthClient).ClientID(), changed))
}

// clientsOfSecret maps a Secret to the client whose name it carries, and to the others
// that want the Secret's name: when it goes, one of them can have it.
func (r *Reconciler) clientsOfSecret(ctx context.Context, secret client.Object) []ctrl.Request {
	if secret.GetLabels()[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfClient {
		return nil
	}
	holder := secret.GetAnnotations()[oauthv1alpha1.AnnotationClient]
	out := []ctrl.Request{{NamespacedName: types.NamespacedName{Namespace: secret.GetNamespace(), Name: holder}}}
	list := &oauthv1alpha1.OAuthClientList{}
	if r.Client.List(ctx, list, client.InNamespace(secret.GetNamespace()), client.MatchingFields{indexSecretName: secret.GetName()}) != nil {
		return out
	}
	return append(out, requests(list, func(c *oauthv1alpha1.OAuthClient) bool { return c.Name != holder })...)
}

// clientsOfServer maps a server to the clients that it serves or could serve.
func (r *Reconciler) clientsOfServer(ctx context.Context, server client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	if r.Client.List(ctx, list) != nil {
		return nil
	}
	return requests(list, func(c *oauthv1alpha1.OAuthClient) bool {
		bound := c.Status.ServerRef
		return bound == nil || bound.Name == server.GetName() && bound.Namespace == server.GetNamespace()
	})
}

// clientsInNamespace maps a namespace to its clients and to those elsewhere that
// claim the same IDs.
func (r *Reconciler) clientsInNamespace(ctx context.Context, namespace client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	if r.Client.List(ctx, list, client.InNamespace(namespace.GetName())) != nil {
		return nil
	}
	out := requests(list, func(*oauthv1alpha1.OAuthClient) bool { return true })
	seen := map[string]bool{}
	for i := range list.Items {
		if id := list.Items[i].ClientID(); !seen[id] {
			seen[id] = true
			out = append(out, toRequests(r.rivals(ctx, id, namespace))...)
		}
	}
	return out
}

func toRequests(keys []client.ObjectKey) []ctrl.Request {
	out := make([]ctrl.Request, 0, len(keys))
	for _, key := range keys {
		out = append(out, ctrl.Request{NamespacedName: key})
	}
	return out
}

// awaiting returns the Service whose replicas a client waits for.
func awaiting(c *oauthv1alpha1.OAuthClient) []string {
	bound := c.Status.ServerRef
	if bound == nil || meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionServed) {
		return nil
	}
	return []string{bound.Namespace + "/" + oauthv1alpha1.ServiceName(bound.Name)}
}

// clientsAwaiting maps the endpoints of a Service to the clients that wait for them.
func (r *Reconciler) clientsAwaiting(ctx context.Context, slice client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	service := slice.GetNamespace() + "/" + slice.GetLabels()[discoveryv1.LabelServiceName]
	if r.Client.List(ctx, list, client.MatchingFields{indexAwaiting: service}) != nil {
		return nil
	}
	return requests(list, func(*oauthv1alpha1.OAuthClient) bool { return true })
}

func requests(list *oauthv1alpha1.OAuthClientList, wanted func(*oauthv1alpha1.OAuthClient) bool) []ctrl.Request {
	var out []ctrl.Request
	for i := range list.Items {
		if c := &list.Items[i]; wanted(c) {
			out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(c)})
		}
	}
	return out
}

// serverChanged lets through what matters to clients: a new spec, keys that came or
// went, another pepper, or what their Secrets hold. Other status writes would reconcile every client for nothing.
func serverChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		was, is := e.ObjectOld.(*oauthv1alpha1.OAuthServer), e.ObjectNew.(*oauthv1alpha1.OAuthServer)
		return was.Generation != is.Generation || keysReady(was) != keysReady(is) || !slices.Equal(usedPeppers(was), usedPeppers(is)) ||
			!equality.Semantic.DeepEqual(was.Status.Internal, is.Status.Internal) || was.Status.CertificateAuthorities != is.Status.CertificateAuthorities
	}}
}

// usedPeppers are the ids of the peppers that are used, or will be.
func usedPeppers(server *oauthv1alpha1.OAuthServer) []string {
	var ids []string
	for _, key := range server.Status.Keys {
		if key.Use == oauthv1alpha1.KeyUsePepper && key.ActiveFrom != nil {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

func keysReady(server *oauthv1alpha1.OAuthServer) bool {
	return meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
}
