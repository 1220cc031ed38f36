package integration

import (
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A request that the API server never answers, of one OAuthServer, does not keep the operator
// from the others for ever.
func TestRequestOfTheOperatorIsNeverAnswered(t *testing.T) {
	t.Parallel()
	g, proxy := installation.Isolated(t)
	held, free := devenv.Namespace(t, g.Kube.Config), devenv.Namespace(t, g.Kube.Config)
	asked := make(chan struct{}, 1)
	proxy.SetHook(func(r *http.Request) devenv.Fault {
		if about := devenv.DescribeRequest(r); about.Namespace != held || !about.IsWrite() {
			return nil
		}
		select {
		case asked <- struct{}{}:
		default:
		}
		return devenv.Hang()
	})
	server := func(namespace string) *oauthv1alpha1.OAuthServer {
		t.Helper()
		s := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "server"}}
		s.Spec.Issuer = "https://" + namespace + ".example"
		if err := g.Admin.Create(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	server(held)
	<-asked
	other := server(free)
	installation.Eventually(t, 3*time.Minute, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(other), other); err != nil {
			t.Fatal(err)
		}
		return len(other.Status.Keys) > 0
	}, func() string { return "keys of the other server" })
}
