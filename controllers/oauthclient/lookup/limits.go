package lookup

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// CountClients counts the clients of each namespace, and reconciles those that come in or
// have to go because another one went or came.
func (l *Clients) CountClients() handler.EventHandler {
	count := func(ctx context.Context, before, after client.Object, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		was, _ := before.(*oauthv1alpha1.OAuthClient)
		is, _ := after.(*oauthv1alpha1.OAuthClient)
		if !l.namespaces.Change(was, is) {
			return
		}
		changed := is
		if is == nil {
			changed = was
		}
		for _, name := range l.boundary(ctx, changed.Namespace) {
			one := &oauthv1alpha1.OAuthClient{}
			key := types.NamespacedName{Namespace: changed.Namespace, Name: name}
			queue.Add(ctrl.Request{NamespacedName: key})
			if l.Cache.Get(ctx, key, one) != nil {
				continue
			}
			for _, rival := range l.rivals(ctx, one.ClientID(), one) {
				queue.Add(rival)
			}
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			count(ctx, nil, e.Object, q)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			count(ctx, e.ObjectOld, e.ObjectNew, q)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			count(ctx, e.Object, nil, q)
		},
	}
}

// boundary returns the names of the clients of a namespace about which another client
// that came or went decides.
func (l *Clients) boundary(ctx context.Context, namespace string) []string {
	in, err := l.Inputs(ctx)
	if err != nil {
		return nil
	}
	standard := clientspec.DefaultServer(in.Servers)
	var names []string
	for _, policy := range in.Policies {
		most := policy.Spec.Maximum.ClientsPerNamespace
		for _, server := range in.Servers {
			if most != nil && clientpolicy.Concerns(policy, server) {
				names = append(names, l.namespaces.Boundary(namespace, server, standard, int(*most))...)
			}
		}
	}
	return names
}
