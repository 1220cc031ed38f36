package redirects

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// routes is as much of the Gateway API as is read. It takes any text as a host.
const routes = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/1538"}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              hostnames: {type: array, items: {type: string}}
`

// The Gateway API may come after the operator.
func TestRedirectURIsFollowAnHTTPRoute(t *testing.T) {
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	c := application(t, namespace, from(oauthv1alpha1.RedirectSource{Kind: oauthv1alpha1.RedirectSourceHTTPRoute, Name: "app", Path: "/callback"}))
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectKindNotInstalled)
	if !meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady) {
		t.Error("the client has no credentials")
	}
	// Nobody else is held up.
	g.Create(t, installation.Service(namespace, "service"))

	if err := g.Admin.Create(t.Context(), manifest(t, routes)); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 30*time.Second, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(c), c); err != nil {
			t.Fatal(err)
		}
		condition := meta.FindStatusCondition(c.Status.Conditions, resolved)
		return condition.Reason == oauthv1alpha1.ReasonRedirectSourceNotFound
	}, func() string { return "operator that knows HTTPRoute; it says " + message(c) })

	route := manifest(t, `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {namespace: %s, name: app}
spec: {hostnames: [route.example, "evil.example/x?", "*.example"]}
`, namespace)
	if err := g.Admin.Create(t.Context(), route); err != nil {
		t.Fatal(err)
	}
	countEverywhere(t, c, "https://route.example/callback", true)
	c = g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if len(c.Status.RedirectURIs) != 1 || !strings.Contains(message(c), `"evil.example/x?"`) {
		t.Errorf("the status is %+v", c.Status)
	}

	edit(t, route, func(o *unstructured.Unstructured) {
		_ = unstructured.SetNestedStringSlice(o.Object, []string{"other.example"}, "spec", "hostnames")
	})
	countEverywhere(t, c, "https://other.example/callback", true)
	countEverywhere(t, c, "https://route.example/callback", false)
	edit(t, route, func(o *unstructured.Unstructured) { unstructured.RemoveNestedField(o.Object, "spec", "hostnames") })
	countEverywhere(t, c, "https://other.example/callback", false)
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, oauthv1alpha1.ReasonRedirectSourceWithoutHosts)
}
