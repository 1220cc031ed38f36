package clientstest

import (
	"context"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/watch"
)

// Issuer is the Issuer of the clients' server.
const Issuer = "https://auth.example.com"

// Secret is the secret of each client that has one.
const Secret = "a-client-secret-of-at-least-32-bytes"

// still is an API whose objects never change.
type still struct{ list runtime.Object }

// List returns the objects.
func (s still) List(context.Context, metav1.ListOptions) (runtime.Object, error) {
	return s.list.DeepCopyObject(), nil
}

// Watch returns a watch without events.
func (s still) Watch(_ context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	if options.SendInitialEvents != nil {
		// As an API server that cannot stream lists.
		return nil, apierrors.NewInvalid(schema.GroupKind{Kind: "ListOptions"}, "", nil)
	}
	return apiwatch.NewFake(), nil
}

// copied returns a complete copy of the objects in a list.
func copied(t testing.TB, list, example runtime.Object, indexers cache.Indexers) *watch.Copy {
	t.Helper()
	if accessor, err := meta.ListAccessor(list); err == nil {
		accessor.SetResourceVersion("1")
	}
	c, err := watch.New("objects", still{list}, example, indexers, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	go c.Run(t.Context())
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(10 * time.Second); c.Fresh() != nil; <-tick.C {
		if time.Now().After(end) {
			t.Fatal(c.Fresh())
		}
	}
	return c
}

// NewRegistry returns a registry with the clients team.basic, team.exact, team.post,
// team.other and team.public, and with team.suspended and team.refused, which it does not
// accept.
func NewRegistry(t testing.TB, store *keys.Store) *lookup.Registry {
	t.Helper()
	return NewRegistryWith(t, store, nil, func(*oauthv1alpha1.OAuthClient) {})
}

// Resource returns an OAuthResource with the scope tickets.read.
func Resource(namespace, name, identifier string, change func(*oauthv1alpha1.OAuthResourceSpec)) *oauthv1alpha1.OAuthResource {
	r := &oauthv1alpha1.OAuthResource{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: UID(name)},
		Spec: oauthv1alpha1.OAuthResourceSpec{
			Identifier: oauthv1alpha1.ResourceIdentifier(identifier), Scopes: []oauthv1alpha1.ResourceScope{{Name: "tickets.read"}},
		},
	}
	change(&r.Spec)
	return r
}

// NewRegistryWith returns the registry of NewRegistry with changed clients and, unless it is
// nil, a resource.
func NewRegistryWith(t testing.TB, store *keys.Store, resource *oauthv1alpha1.OAuthResource, change func(*oauthv1alpha1.OAuthClient)) *lookup.Registry {
	t.Helper()
	set, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	peppers := set.Peppers()
	server := oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default", UID: "server"},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer: Issuer, Default: true, Audiences: []oauthv1alpha1.AudienceDefinition{{Name: "*"}},
			ClientNamespaces: oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromAll},
			Scopes:           []oauthv1alpha1.ScopeDefinition{{Name: "read"}},
		},
	}
	list := &oauthv1alpha1.OAuthClientList{}
	for name, method := range map[string]oauthv1alpha1.AuthenticationMethod{
		"basic": oauthv1alpha1.AuthenticationBasic, "other": oauthv1alpha1.AuthenticationBasic, "exact": oauthv1alpha1.AuthenticationBasic,
		"post": oauthv1alpha1.AuthenticationPost, "public": oauthv1alpha1.AuthenticationNone,
		"suspended": oauthv1alpha1.AuthenticationBasic, "refused": oauthv1alpha1.AuthenticationBasic,
	} {
		c := oauthv1alpha1.OAuthClient{
			ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, UID: UID(name)},
			Spec: oauthv1alpha1.OAuthClientSpec{
				Authentication: oauthv1alpha1.ClientAuthentication{Method: method, ExactMethod: name == "exact"},
				Scopes:         []oauthv1alpha1.Scope{"read"}, Audiences: []oauthv1alpha1.Audience{"api"},
			},
		}
		c.Spec.Suspend = name == "suspended"
		if name == "refused" {
			c.Spec.Scopes = []oauthv1alpha1.Scope{"unheard-of"}
		}
		if method != oauthv1alpha1.AuthenticationNone {
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}
			c.Status.Credentials = []oauthv1alpha1.CredentialStatus{credentials.New(peppers[0], c.UID, Secret, time.Now()).Status(c.UID)}
		}
		change(&c)
		list.Items = append(list.Items, c)
	}
	registry := &lookup.Registry{
		Namespace: "system", Name: "default", Keys: store,
		OAuthClients: copied(t, list, &oauthv1alpha1.OAuthClient{}, lookup.Indexers()),
		OAuthServers: copied(t, &oauthv1alpha1.OAuthServerList{Items: []oauthv1alpha1.OAuthServer{server}}, &oauthv1alpha1.OAuthServer{}, nil),
		Policies:     copied(t, &oauthv1alpha1.OAuthClientPolicyList{}, &oauthv1alpha1.OAuthClientPolicy{}, nil),
		Namespaces:   copied(t, &metav1.PartialObjectMetadataList{}, &metav1.PartialObjectMetadata{}, nil),
	}
	if err := registry.Start(); err != nil {
		t.Fatal(err)
	}
	if resource != nil {
		registry.Resources = &resources.Registry{
			Namespace: registry.Namespace, Name: registry.Name, OAuthServers: registry.OAuthServers,
			Policies: registry.Policies, Namespaces: registry.Namespaces,
			OAuthResources: copied(t, &oauthv1alpha1.OAuthResourceList{Items: []oauthv1alpha1.OAuthResource{*resource}}, &oauthv1alpha1.OAuthResource{}, nil),
		}
	}
	return registry
}

// Known returns the client with the given ID.
func Known(t testing.TB, registry *lookup.Registry, id string) *clients.Client {
	t.Helper()
	client, err := registry.Client(id)
	if err != nil || client == nil {
		t.Fatalf("client %s: %v", id, err)
	}
	return client
}

// UID returns the UID of a client's OAuthClient, of the usual length.
func UID(name string) types.UID {
	return types.UID((name + "-00000000-0000-0000-0000-000000000000")[:36])
}
