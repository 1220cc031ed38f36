package kubectl

import (
	"os"
	"path/filepath"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: ns}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": ns}
	policy.Spec.Scopes = []oauthv1alpha1.Scope{"read"}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Admin.Delete(t.Context(), policy) })

	g.Create(t, installation.Service(ns, "api"))
	oauth(t, "explain", "api", "-n", ns).want(t, 0, "OAuthServer grantor-system/default", `OAuthClientPolicy "`+ns+`"`, "scopes read")

	// What the operator would say of a manifest is said before it is applied.
	file := filepath.Join(t.TempDir(), "client.yaml")
	manifest := "apiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthClient\nmetadata: {name: web, namespace: " + ns + "}\n" +
		"spec: {grantTypes: [client_credentials], scopes: [write], clientID: other.web}\n"
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	before := oauth(t, "explain", "-f", file)
	before.fails(t, "ClientIDNotAllowed")
	refused := installation.Service(ns, "web", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ClientID, c.Spec.Scopes = "other.web", []oauthv1alpha1.Scope{"write"}
	})
	if err := g.Admin.Create(t.Context(), refused); err != nil {
		t.Fatal(err)
	}
	refused = g.AwaitCondition(t, refused, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonClientIDNotAllowed)
	for _, condition := range refused.Status.Conditions {
		if condition.Type == oauthv1alpha1.ConditionAccepted {
			before.want(t, 1, condition.Message, "ScopeNotAllowed")
			oauth(t, "explain", "web", "-n", ns).want(t, 1, condition.Message, "ScopeNotAllowed")
		}
	}
}

func TestExplainWithFewRights(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, installation.Service(ns, "api"))
	kubeconfig := editor(t, ns)
	finish(t, command(t, kubeconfig, "status", "-n", ns)).want(t, 0, "api")
	finish(t, command(t, kubeconfig, "explain", "api", "-n", ns)).fails(t, "kubectl oauth status has the operator's decision")
	finish(t, command(t, kubeconfig, "status", "-n", "kube-system")).fails(t, "forbidden")
}
