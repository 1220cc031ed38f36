package lookup

import (
	"context"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// OfSecret maps a Secret to the client whose name it carries, and to the others that want
// the Secret's name: when it goes, one of them can have it.
func (l *Clients) OfSecret(ctx context.Context, secret client.Object) []ctrl.Request {
	if secret.GetLabels()[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfClient {
		return nil
	}
	holder := secret.GetAnnotations()[oauthv1alpha1.AnnotationClient]
	out := []ctrl.Request{{NamespacedName: types.NamespacedName{Namespace: secret.GetNamespace(), Name: holder}}}
	list := &oauthv1alpha1.OAuthClientList{}
	if l.Cache.List(ctx, list, client.InNamespace(secret.GetNamespace()), client.MatchingFields{indexSecretName: secret.GetName()}) != nil {
		return out
	}
	return append(out, requests(list, func(c *oauthv1alpha1.OAuthClient) bool { return c.Name != holder })...)
}

// OfServer maps a server to the clients that it serves or could serve.
func (l *Clients) OfServer(ctx context.Context, server client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	if l.Cache.List(ctx, list) != nil {
		return nil
	}
	return requests(list, func(c *oauthv1alpha1.OAuthClient) bool {
		bound := c.Status.ServerRef
		return bound == nil || bound.Name == server.GetName() && bound.Namespace == server.GetNamespace()
	})
}

// InNamespace maps a namespace to its clients and to those elsewhere that
// claim the same IDs.
func (l *Clients) InNamespace(ctx context.Context, namespace client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	if l.Cache.List(ctx, list, client.InNamespace(namespace.GetName())) != nil {
		return nil
	}
	out := requests(list, all)
	seen := map[string]bool{}
	for i := range list.Items {
		if id := list.Items[i].ClientID(); !seen[id] {
			seen[id] = true
			out = append(out, l.rivals(ctx, id, namespace)...)
		}
	}
	return out
}

// OfPolicy maps a policy to the clients of the servers in its namespace, and to those
// that no server has yet.
func (l *Clients) OfPolicy(ctx context.Context, policy client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	if l.Cache.List(ctx, list, client.UnsafeDisableDeepCopy) != nil {
		return nil
	}
	return requests(list, func(c *oauthv1alpha1.OAuthClient) bool {
		bound := c.Status.ServerRef
		return bound == nil || bound.Namespace == policy.GetNamespace()
	})
}

// AwaitingReplicas maps the endpoints of a Service to the clients that wait for them.
func (l *Clients) AwaitingReplicas(ctx context.Context, slice client.Object) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	service := slice.GetNamespace() + "/" + slice.GetLabels()[discoveryv1.LabelServiceName]
	if l.Cache.List(ctx, list, client.MatchingFields{indexAwaiting: service}) != nil {
		return nil
	}
	return requests(list, all)
}

// OfSource maps an object of a kind to the clients that name it.
func (l *Clients) OfSource(kind oauthv1alpha1.RedirectSourceKind) handler.MapFunc {
	return func(ctx context.Context, object client.Object) []ctrl.Request {
		list := &oauthv1alpha1.OAuthClientList{}
		key := redirectSourceKey(kind, object.GetNamespace(), object.GetName())
		if l.Cache.List(ctx, list, client.MatchingFields{indexRedirectSource: key}, client.UnsafeDisableDeepCopy) != nil {
			return nil
		}
		return requests(list, all)
	}
}

func all(*oauthv1alpha1.OAuthClient) bool { return true }

func requests(list *oauthv1alpha1.OAuthClientList, wanted func(*oauthv1alpha1.OAuthClient) bool) []ctrl.Request {
	var out []ctrl.Request
	for i := range list.Items {
		if c := &list.Items[i]; wanted(c) {
			out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(c)})
		}
	}
	return out
}
