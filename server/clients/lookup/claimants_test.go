package lookup

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/watch"
)

// api is a list, and whatever the test sends afterwards.
type api struct {
	list   runtime.Object
	events *apiwatch.FakeWatcher
}

func (a api) List(context.Context, metav1.ListOptions) (runtime.Object, error) {
	return a.list.DeepCopyObject(), nil
}

func (a api) Watch(context.Context, metav1.ListOptions) (apiwatch.Interface, error) {
	return a.events, nil
}

func copied(t *testing.T, list, example runtime.Object, indexers cache.Indexers) (*watch.Copy, *apiwatch.FakeWatcher) {
	t.Helper()
	a := api{list: list, events: apiwatch.NewFake()}
	c, err := watch.New("objects", a, example, indexers, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c, a.events
}

// oauthClient claims a client ID and lives in a namespace.
func oauthClient(namespace, name, id string, age time.Duration) *oauthv1alpha1.OAuthClient {
	return &oauthv1alpha1.OAuthClient{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, UID: types.UID(namespace + "-" + name),
			CreationTimestamp: metav1.NewTime(time.Now().Add(-age)),
		},
		Spec: oauthv1alpha1.OAuthClientSpec{
			ClientID: id, AllowedOrigins: []oauthv1alpha1.Origin{"https://app.example"},
			Authentication: oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationNone},
		},
	}
}

// registry serves the clients, and hears of what is sent to the watcher.
func registry(t *testing.T, clients ...oauthv1alpha1.OAuthClient) (*Registry, *apiwatch.FakeWatcher) {
	t.Helper()
	first := metav1.ListMeta{ResourceVersion: "1"}
	server := oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default", UID: "server"},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer: "https://id.example", Default: true,
			ClientNamespaces: oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromAll},
		},
	}
	r := &Registry{Namespace: "system", Name: "default", Keys: keystest.NewStore(t)}
	var events *apiwatch.FakeWatcher
	r.OAuthClients, events = copied(t, &oauthv1alpha1.OAuthClientList{ListMeta: first, Items: clients}, &oauthv1alpha1.OAuthClient{}, Indexers())
	r.OAuthServers, _ = copied(t, &oauthv1alpha1.OAuthServerList{ListMeta: first, Items: []oauthv1alpha1.OAuthServer{server}}, &oauthv1alpha1.OAuthServer{}, nil)
	r.Policies, _ = copied(t, &oauthv1alpha1.OAuthClientPolicyList{ListMeta: first}, &oauthv1alpha1.OAuthClientPolicy{}, nil)
	r.Namespaces, _ = copied(t, &metav1.PartialObjectMetadataList{ListMeta: first}, &metav1.PartialObjectMetadata{}, nil)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*watch.Copy{r.OAuthClients, r.OAuthServers, r.Policies, r.Namespaces} {
		go c.Run(t.Context())
		eventually(t, func() bool { return c.Fresh() == nil })
	}
	return r, events
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within 10 seconds")
		}
	}
}

func holder(t *testing.T, r *Registry, id string) string {
	t.Helper()
	client, err := r.Client(id)
	if err != nil {
		t.Fatal(err)
	}
	if client == nil {
		return ""
	}
	return client.Namespace() + "/" + client.Name()
}

// TestManyClaimantsOfOneID: whoever may create clients may claim any ID as often as the
// quota allows. That must not make a lookup of the ID, or of an origin, dearer for
// others: the answer is remembered, so looking it up again allocates next to nothing.
func TestManyClaimantsOfOneID(t *testing.T) {
	const claimants = 2000
	list := []oauthv1alpha1.OAuthClient{*oauthClient("shop", "notes", "shop.notes", time.Hour)}
	for i := range claimants {
		list = append(list,
			*oauthClient("evil", fmt.Sprintf("victim-%d", i), "shop.notes", 2*time.Hour),
			*oauthClient("evil", fmt.Sprintf("nobody-%d", i), "shop.nobody", 2*time.Hour))
	}
	r, _ := registry(t, list...)
	if got := holder(t, r, "shop.notes"); got != "shop/notes" {
		t.Errorf("shop.notes belongs to %q", got)
	}
	if got := holder(t, r, "shop.nobody"); got != "" {
		t.Errorf("shop.nobody belongs to %q", got)
	}
	if !r.AllowsOrigin("https://app.example") || r.AllowsOrigin("https://other.example") {
		t.Error("the origin of an accepted client is allowed, and no other")
	}
	for name, look := range map[string]func(){
		"an ID that somebody holds": func() { _, _ = r.Client("shop.notes") },
		"an ID that nobody holds":   func() { _, _ = r.Client("shop.nobody") },
		"an origin":                 func() { r.AllowsOrigin("https://app.example") },
	} {
		if allocations := testing.AllocsPerRun(100, look); allocations > 20 {
			t.Errorf("looking up %s allocates %.0f times among %d claimants", name, allocations, claimants)
		}
	}
}

// TestTheNextClaimantGetsTheID: what was remembered ends with each change.
func TestTheNextClaimantGetsTheID(t *testing.T) {
	first, second := oauthClient("shop", "a", "shop.x", 2*time.Hour), oauthClient("shop", "b", "shop.x", time.Hour)
	r, events := registry(t, *first, *second)
	if got := holder(t, r, "shop.x"); got != "shop/a" {
		t.Fatalf("shop.x belongs to %q", got)
	}
	events.Delete(first)
	eventually(t, func() bool { return holder(t, r, "shop.x") == "shop/b" && r.AllowsOrigin("https://app.example") })
	events.Delete(second)
	eventually(t, func() bool { return holder(t, r, "shop.x") == "" && !r.AllowsOrigin("https://app.example") })
	events.Add(first)
	eventually(t, func() bool { return holder(t, r, "shop.x") == "shop/a" && r.AllowsOrigin("https://app.example") })
	suspended := first.DeepCopy()
	suspended.Spec.Suspend = true
	events.Modify(suspended)
	eventually(t, func() bool { return holder(t, r, "shop.x") == "" })
}
