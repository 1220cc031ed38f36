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

// oneServer is an API with one OAuthServer that never changes.
type oneServer struct{ server oauthv1alpha1.OAuthServer }

func (o oneServer) List(context.Context, metav1.ListOptions) (runtime.Object, error) {
	return &oauthv1alpha1.OAuthServerList{
		ListMeta: metav1.ListMeta{ResourceVersion: "1"}, Items: []oauthv1alpha1.OAuthServer{o.server},
	}, nil
}

func (o oneServer) Watch(_ context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
	if options.SendInitialEvents != nil {
		// As an API server that cannot stream lists.
		return nil, apierrors.NewInvalid(schema.GroupKind{Kind: "ListOptions"}, "", nil)
	}
	return apiwatch.NewFake(), nil
}

// A restricted scope is refused to every client, so discovery must not list it.
func TestDiscoveryListsNoScopeThatNobodyCanHave(t *testing.T) {
	copied, err := watch.New("OAuthServers", oneServer{oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default"},
		Spec:       oauthv1alpha1.OAuthServerSpec{Scopes: []oauthv1alpha1.ScopeDefinition{{Name: "read"}, {Name: "admin", Restricted: true}}},
	}}, &oauthv1alpha1.OAuthServer{}, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	go copied.Run(t.Context())
	s := &Server{key: "system/default", copies: &copies{servers: copied}}
	for end := time.Now().Add(10 * time.Second); s.oauthServer() == nil && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if scopes := s.scopes(); !slices.Equal(scopes, []string{"read"}) {
		t.Errorf("discovery lists %v", scopes)
	}
}
