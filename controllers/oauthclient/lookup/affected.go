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
	other := func(c *oauthv1alpha1.OAuthClient) bool { return c.Name != holder }
	return append(out, l.requests(ctx, other, client.InNamespace(secret.GetNamespace()), client.MatchingFields{indexSecretName: secret.GetName()})...)
}

// OfServer maps a server to the clients that it serves or could serve.
func (l *Clients) OfServer(ctx context.Context, server client.Object) []ctrl.Request {
	return l.requests(ctx, func(c *oauthv1alpha1.OAuthClient) bool {
		bound := c.Status.ServerRef
		return bound == nil || bound.Name == server.GetName() && bound.Namespace == server.GetNamespace()
	})
}

// InNamespace maps a namespace to its clients and to those elsewhere that
// claim the same IDs.
func (l *Clients) InNamespace(ctx context.Context, namespace client.Object) []ctrl.Request {
	ids := map[string]bool{}
	out := l.requests(ctx, func(c *oauthv1alpha1.OAuthClient) bool {
		ids[c.ClientID()] = true
		return true
	}, client.InNamespace(namespace.GetName()))
	for id := range ids {
		out = append(out, l.rivals(ctx, id, namespace)...)
	}
	return out
}

// OfPolicy maps a policy to the clients of the servers in its namespace, and to those
// that no server has yet.
func (l *Clients) OfPolicy(ctx context.Context, policy client.Object) []ctrl.Request {
	return l.requests(ctx, func(c *oauthv1alpha1.OAuthClient) bool {
		bound := c.Status.ServerRef
		return bound == nil || bound.Namespace == policy.GetNamespace()
	})
}

// AwaitingReplicas maps the endpoints of a Service to the clients that wait for them.
func (l *Clients) AwaitingReplicas(ctx context.Context, slice client.Object) []ctrl.Request {
	service := slice.GetNamespace() + "/" + slice.GetLabels()[discoveryv1.LabelServiceName]
	return l.requests(ctx, all, client.MatchingFields{indexAwaiting: service})
}

// OfSource maps an object of a kind to the clients that name it.
func (l *Clients) OfSource(kind oauthv1alpha1.RedirectSourceKind) handler.MapFunc {
	return func(ctx context.Context, object client.Object) []ctrl.Request {
		return l.requests(ctx, all, client.MatchingFields{indexRedirectSource: redirectSourceKey(kind, object.GetNamespace(), object.GetName())})
	}
}

func all(*oauthv1alpha1.OAuthClient) bool { return true }

// requests returns those of the wanted clients among the ones that options select.
func (l *Clients) requests(ctx context.Context, wanted func(*oauthv1alpha1.OAuthClient) bool, options ...client.ListOption) []ctrl.Request {
	list := &oauthv1alpha1.OAuthClientList{}
	// Nothing is changed here, and a copy of each client would be garbage.
	if l.Cache.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...) != nil {
		return nil
	}
	var out []ctrl.Request
	for i := range list.Items {
		if c := &list.Items[i]; wanted(c) {
			out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(c)})
		}
	}
	return out
}
