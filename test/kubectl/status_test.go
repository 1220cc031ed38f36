package kubectl

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	oauth(t, "status", "-n", ns).want(t, 0, "There are no OAuthClients")
	g.Create(t, installation.Service(ns, "good"))
	oauth(t, "status", "-n", ns).want(t, 0, "NAME", "good", "grantor-system/default", ns+".good", "good-oauth")
	refused := installation.Service(ns, "refused", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"nothing"} })
	if err := g.Admin.Create(t.Context(), refused); err != nil {
		t.Fatal(err)
	}
	g.AwaitCondition(t, refused, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, "")
	one := oauth(t, "status", "refused", "-n", ns)
	one.want(t, 1, "CONDITION", "Accepted", "ScopeNotAllowed", `Scope "nothing"`)
	one.fails(t, ns+"/refused is not ready")
	all := oauth(t, "status", "--namespace", ns)
	all.want(t, 1, "good", "ScopeNotAllowed")
	all.fails(t, "1 of 2 OAuthClients are not ready")
	oauth(t, "status", "good", "-n", ns).want(t, 0, "Ready", "Issuer:", g.Issuer)
	oauth(t, "status", "missing", "-n", ns).fails(t, `"missing" not found`)
}
