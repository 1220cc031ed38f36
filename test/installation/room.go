package installation

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Room is a namespace of a test, with an OAuthServer that no replica serves: for tests of what
// the operator makes of other objects.
type Room struct {
	*Installation

	Namespace string
	Server    *oauthv1alpha1.OAuthServer
}

// Room returns a namespace of the test's own with an OAuthServer named auth.
func (s *Shared) Room(t testing.TB) Room {
	t.Helper()
	r := Room{Installation: s.Grantor(t), Namespace: s.Namespace(t)}
	r.Server = r.AddServer(t, "auth")
	return r
}

// AddServer creates an OAuthServer in the namespace.
func (r Room) AddServer(t testing.TB, name string) *oauthv1alpha1.OAuthServer {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: name}}
	server.Spec.Issuer = "https://" + name + ".example"
	return Create(t, r.Admin, server)
}
