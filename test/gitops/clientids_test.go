package gitops

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestClientIDsOfOtherNamespaces: with the policy, no OAuthClient exists that claims one.
func TestClientIDsOfOtherNamespaces(t *testing.T) {
	g := guarded(t)
	own, open := shared.Namespace(t), shared.Namespace(t)
	anyClientID(t, g, open)
	installation.Eventually(t, 30*time.Second, func() bool {
		return apierrors.IsForbidden(g.Admin.Create(t.Context(), claiming(own, "grafana", ""), client.DryRunAll))
	}, func() string { return "policy that refuses anything" })
	for name, test := range map[string]struct {
		namespace, id, server string
		refused               bool
	}{
		"no ID":                         {namespace: own},
		"an ID of the namespace":        {namespace: own, id: own + ".app"},
		"an ID of another namespace":    {namespace: own, id: "shop.app", refused: true},
		"a namespace without a dot":     {namespace: own, id: own + "-b.app", refused: true},
		"an ID without a namespace":     {namespace: own, id: "grafana", refused: true},
		"of a server elsewhere":         {namespace: own, id: "grafana", server: "grantor-system", refused: true},
		"of a server of the namespace":  {namespace: own, id: "grafana", server: own},
		"in the operator's namespace":   {namespace: "grantor-system", id: "grafana"},
		"in a namespace with the label": {namespace: open, id: "grafana"},
	} {
		t.Run(name, func(t *testing.T) {
			err := g.Admin.Create(t.Context(), claiming(test.namespace, test.id, test.server), client.DryRunAll)
			if test.refused != apierrors.IsForbidden(err) || !test.refused && err != nil {
				t.Errorf("got %v", err)
			}
			if test.refused && !strings.Contains(err.Error(), `spec.clientID must begin with "`+own+`."`) {
				t.Errorf("the message is %v", err)
			}
		})
	}
}

func claiming(namespace, id, server string) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "app"}}
	c.Spec.GrantTypes, c.Spec.ClientID = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}, id
	if server != "" {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "default", Namespace: server}
	}
	return c
}

// anyClientID makes a namespace one whose clients may have any ID.
func anyClientID(t testing.TB, g *installation.Installation, name string) {
	t.Helper()
	inNamespace(t, g, name)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	label := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"oauth.grantor.dev/client-ids":"any"}}}`))
	if err := g.Admin.Patch(t.Context(), namespace, label); err != nil {
		t.Fatal(err)
	}
}
