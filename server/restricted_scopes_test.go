package server

import (
	"context"
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
func TestDiscoveryListsNoScopeThatNobodyCanHave(t *testing.T) {
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
			s := &Server{key: "system/default", copies: &copies{servers: servers, policies: policies}}
			if scopes := s.scopes(); !slices.Equal(scopes, test.scopes) {
				t.Errorf("discovery lists %v", scopes)
			}
		})
	}
}
