package settings

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apiwatch "k8s.io/apimachinery/pkg/watch"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/watch"
)

// listed is an API with a list that never changes.
type listed struct{ list runtime.Object }

func (l listed) List(context.Context, metav1.ListOptions) (runtime.Object, error) {
	return l.list.DeepCopyObject(), nil
}

func (l listed) Watch(_ context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	if options.SendInitialEvents != nil {
		// As an API server that cannot stream lists.
		return nil, apierrors.NewInvalid(schema.GroupKind{Kind: "ListOptions"}, "", nil)
	}
	return apiwatch.NewFake(), nil
}

// copied returns a complete copy of a list.
func copied(t *testing.T, example, list runtime.Object) *watch.Copy {
	t.Helper()
	c, err := watch.New("objects", listed{list}, example, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	go c.Run(t.Context())
	for end := time.Now().Add(10 * time.Second); c.Fresh() != nil && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return c
}

// A restricted scope is refused to every client for which no policy allows it, so
// discovery must not list it.
func TestDiscoveryListsNoScopeThatNoClientCanHave(t *testing.T) {
	first := metav1.ListMeta{ResourceVersion: "1"}
	tests := map[string]struct {
		policy oauthv1alpha1.OAuthClientPolicySpec
		scopes []string
	}{
		"a policy that says nothing of scopes": {oauthv1alpha1.OAuthClientPolicySpec{}, []string{"read"}},
		"a policy that allows it": {
			oauthv1alpha1.OAuthClientPolicySpec{Scopes: []oauthv1alpha1.Scope{"admin"}}, []string{"read", "admin"}},
		"a policy that allows it at another server": {
			oauthv1alpha1.OAuthClientPolicySpec{ServerName: "other", Scopes: []oauthv1alpha1.Scope{"admin"}}, []string{"read"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			servers := copied(t, &oauthv1alpha1.OAuthServer{}, &oauthv1alpha1.OAuthServerList{ListMeta: first, Items: []oauthv1alpha1.OAuthServer{{
				ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"},
				Spec:       oauthv1alpha1.OAuthServerSpec{Scopes: []oauthv1alpha1.ScopeDefinition{{Name: "read"}, {Name: "admin", Restricted: true}}},
			}}})
			policies := copied(t, &oauthv1alpha1.OAuthClientPolicy{}, &oauthv1alpha1.OAuthClientPolicyList{ListMeta: first, Items: []oauthv1alpha1.OAuthClientPolicy{{
				ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "policy"}, Spec: test.policy,
			}}})
			v := &View{Key: "system/default", OAuthServers: servers, Policies: policies}
			if scopes := v.Scopes(); !slices.Equal(scopes, test.scopes) {
				t.Errorf("discovery lists %v", scopes)
			}
		})
	}
}

// The internal URL is one of the token endpoint alone, once the operator has published it.
func TestURLs(t *testing.T) {
	server := oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"}, Spec: oauthv1alpha1.OAuthServerSpec{Issuer: "https://a.example/x"}}
	servers := copied(t, &oauthv1alpha1.OAuthServer{}, &oauthv1alpha1.OAuthServerList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}, Items: []oauthv1alpha1.OAuthServer{server}})
	v := &View{Key: "system/default", OAuthServers: servers}
	if urls := v.URLs("/token"); !slices.Equal(urls, []string{"https://a.example/x/token"}) {
		t.Errorf("the token endpoint is at %v", urls)
	}
	published := server.DeepCopy()
	published.Status.Internal = &oauthv1alpha1.InternalEndpoints{Token: "http://default-oauth.system.svc/x/token"}
	if err := servers.Objects().Update(published); err != nil {
		t.Fatal(err)
	}
	if urls := v.URLs("/token"); !slices.Equal(urls, []string{"https://a.example/x/token", "http://default-oauth.system.svc/x/token"}) {
		t.Errorf("the token endpoint is at %v", urls)
	}
	if urls := v.URLs("/par"); !slices.Equal(urls, []string{"https://a.example/x/par"}) {
		t.Errorf("another endpoint is at %v", urls)
	}
}

// What the OAuthServer says holds at once, also when it says nothing any more.
func TestTheViewIsLive(t *testing.T) {
	servers := copied(t, &oauthv1alpha1.OAuthServer{}, &oauthv1alpha1.OAuthServerList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}})
	v := &View{Key: "system/default", OAuthServers: servers}
	if v.Object() != nil || v.Issuer() != "" || bounded(v) || v.KeysMaxAge() != 0 || v.Settings().SessionLifetime != 12*time.Hour {
		t.Errorf("without an OAuthServer the settings are %+v", v.Settings())
	}
	saying := func(spec oauthv1alpha1.OAuthServerSpec) *oauthv1alpha1.OAuthServer {
		return &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"}, Spec: spec}
	}
	first := saying(oauthv1alpha1.OAuthServerSpec{
		Issuer:   "https://a.example",
		Outbound: oauthv1alpha1.ServerOutbound{Networks: []oauthv1alpha1.Network{"127.0.0.1"}},
	})
	if err := servers.Objects().Add(first); err != nil {
		t.Fatal(err)
	}
	if v.Issuer() != "https://a.example" || !slices.Equal(v.Outbound(), []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}) || !bounded(v) || v.KeysMaxAge() == 0 {
		t.Errorf("the settings are %+v", v.Settings())
	}
	if once, again := v.Settings(), v.Settings(); once != again {
		t.Error("settings that did not change are worked out again")
	}
	if err := servers.Objects().Update(saying(oauthv1alpha1.OAuthServerSpec{Issuer: "https://b.example"})); err != nil {
		t.Fatal(err)
	}
	if v.Issuer() != "https://b.example" || len(v.Outbound()) != 0 {
		t.Errorf("the settings are still %+v", v.Settings())
	}
	if err := servers.Objects().Delete(first); err != nil {
		t.Fatal(err)
	}
	if v.Issuer() != "" || bounded(v) {
		t.Errorf("of an OAuthServer that is gone the settings are %+v", v.Settings())
	}
}

func bounded(v *View) bool {
	_, _, ok := v.Bounds()
	return ok
}
