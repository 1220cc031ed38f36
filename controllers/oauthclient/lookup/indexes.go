package lookup

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/index"
)

const (
	// indexClientID finds the clients that claim a client ID: as many as any tenant likes.
	indexClientID = "oauth.grantor.dev/clientID"
	// IndexClientUID finds the Secrets of a client.
	IndexClientUID = "clientUID"
	// indexAwaiting finds the clients that wait for replicas of a Service.
	indexAwaiting = "awaitingService"
	// indexSecretName finds the clients of a namespace that want a Secret name.
	indexSecretName = "secretName"
	// indexRedirectSource finds the clients that name an object which has hosts.
	indexRedirectSource = "redirectSource"
)

// New adds the indexes to the cache of a manager that was not started yet.
func New(ctx context.Context, mgr ctrl.Manager) (*Clients, error) {
	byID, err := index.New(ctx, mgr.GetCache(), &oauthv1alpha1.OAuthClient{}, indexClientID, (*oauthv1alpha1.OAuthClient).ClientID)
	if err != nil {
		return nil, err
	}
	return &Clients{Cache: mgr.GetClient(), byID: byID}, addFields(ctx, mgr.GetFieldIndexer())
}

func addFields(ctx context.Context, indexer client.FieldIndexer) error {
	for _, index := range []struct {
		object client.Object
		name   string
		keys   client.IndexerFunc
	}{
		{&corev1.Secret{}, IndexClientUID, func(o client.Object) []string { return []string{o.GetLabels()[oauthv1alpha1.LabelClientUID]} }},
		{&oauthv1alpha1.OAuthClient{}, indexSecretName, func(o client.Object) []string { return []string{o.(*oauthv1alpha1.OAuthClient).ClientSecretName()} }},
		{&oauthv1alpha1.OAuthClient{}, indexAwaiting, func(o client.Object) []string { return awaiting(o.(*oauthv1alpha1.OAuthClient)) }},
		{&oauthv1alpha1.OAuthClient{}, indexRedirectSource, func(o client.Object) []string { return redirectSources(o.(*oauthv1alpha1.OAuthClient)) }},
	} {
		if err := indexer.IndexField(ctx, index.object, index.name, index.keys); err != nil {
			return err
		}
	}
	return nil
}

// awaiting returns the Service whose replicas a client waits for.
func awaiting(c *oauthv1alpha1.OAuthClient) []string {
	bound := c.Status.ServerRef
	if bound == nil || meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionServed) {
		return nil
	}
	return []string{bound.Namespace + "/" + oauthv1alpha1.ServiceName(bound.Name)}
}

func redirectSourceKey(kind oauthv1alpha1.RedirectSourceKind, namespace, name string) string {
	return string(kind) + "/" + namespace + "/" + name
}

// redirectSources are the keys of the objects that a client names.
func redirectSources(c *oauthv1alpha1.OAuthClient) []string {
	var keys []string
	for _, from := range c.Spec.RedirectURIsFrom {
		keys = append(keys, redirectSourceKey(from.Kind, c.Namespace, from.Name))
	}
	return keys
}
