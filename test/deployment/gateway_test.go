package deployment

import (
	"os"
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// routes is as much of the Gateway API as the operator writes, with its defaults.
const routes = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/3328"}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
          spec:
            type: object
            properties:
              hostnames: {type: array, maxItems: 16, items: {type: string}}
              parentRefs:
                type: array
                maxItems: 32
                items:
                  type: object
                  required: [name]
                  properties:
                    group: {type: string, default: gateway.networking.k8s.io}
                    kind: {type: string, default: Gateway}
                    name: {type: string}
                    namespace: {type: string}
                    sectionName: {type: string}
                    port: {type: integer, format: int32}
              rules:
                type: array
                items:
                  type: object
                  properties:
                    name: {type: string}
                    matches:
                      type: array
                      items:
                        type: object
                        properties:
                          path:
                            type: object
                            properties: {type: {type: string, default: PathPrefix}, value: {type: string, default: /}}
                    backendRefs:
                      type: array
                      items:
                        type: object
                        required: [name]
                        properties:
                          group: {type: string, default: ""}
                          kind: {type: string, default: Service}
                          name: {type: string}
                          port: {type: integer, format: int32}
                          weight: {type: integer, format: int32, default: 1}
`

func withGateway(server *oauthv1alpha1.OAuthServer) {
	server.Spec.Exposure = &oauthv1alpha1.ServerExposure{Gateway: &oauthv1alpha1.ServerGateway{
		ParentRefs: []oauthv1alpha1.GatewayReference{{Name: "edge", Namespace: "gateways", SectionName: "https"}},
	}}
}

// TestAGateway: the Gateway API may come after the operator, and go before it.
func TestAGateway(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	server := newServer(namespace, "auth", withGateway)
	if err := g.Admin.Create(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonGatewayNotInstalled)
	if len(server.Status.Inventory) > 0 || object(t, g, "Deployment", namespace, "auth-oauth") != nil {
		t.Errorf("something was made: %v", server.Status.Inventory)
	}

	kind := gatewayAPI(t)
	if err := g.Admin.Create(t.Context(), kind); err != nil {
		t.Fatal(err)
	}
	server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
	n, route := len(server.Status.Inventory), object(t, g, "HTTPRoute", namespace, "auth-oauth")
	parent, _, _ := unstructured.NestedSlice(route.Object, "spec", "parentRefs")
	wanted := map[string]any{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "gateways", "name": "edge", "sectionName": "https"}
	if len(parent) != 1 || !reflect.DeepEqual(parent[0], wanted) {
		t.Errorf("its parents are %v", parent)
	}
	if hosts, _, _ := unstructured.NestedStringSlice(route.Object, "spec", "hostnames"); len(hosts) != 1 || hosts[0] != "auth."+namespace+".example" {
		t.Errorf("its hosts are %v", hosts)
	}

	routeIsKept(t, g, server, route)
	routeMayBePatched(t, g, server)

	changed(t, g, server, withIngress)
	pruned(t, g, server, n)
	if object(t, g, "HTTPRoute", namespace, "auth-oauth") != nil || object(t, g, "Ingress", namespace, "auth-oauth") == nil {
		t.Error("there is not an Ingress in place of the HTTPRoute")
	}

	changed(t, g, server, withGateway)
	await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
	pruned(t, g, server, n)
	if err := g.Admin.Delete(t.Context(), kind); err != nil {
		t.Fatal(err)
	}
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Exposure.Gateway.Hostnames = []oauthv1alpha1.GatewayHostname{"new.example"}
	})
	await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonGatewayNotInstalled)
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Exposure = nil })
	await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
	pruned(t, g, server, n-1)
}

// routeIsKept: what a person changes or deletes is as before, soon, and nothing is
// written again that is as it should be.
func routeIsKept(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer, route *unstructured.Unstructured) {
	t.Helper()
	drift := client.RawPatch("application/json-patch+json", []byte(`[{"op":"replace","path":"/spec/hostnames/0","value":"evil.example"}]`))
	if err := g.Admin.Patch(t.Context(), route.DeepCopy(), drift); err != nil {
		t.Fatal(err)
	}
	repaired(t, g, route, func(now *unstructured.Unstructured) bool { return now.GetUID() == route.GetUID() })
	if err := g.Admin.Delete(t.Context(), route.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	repaired(t, g, route, func(now *unstructured.Unstructured) bool { return now.GetUID() != route.GetUID() })
	before := object(t, g, "HTTPRoute", server.Namespace, "auth-oauth").GetResourceVersion()
	replicas := int32(4)
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment.Replicas = &replicas })
	installation.Eventually(t, bound, func() bool { return *deploymentOf(t, g, server).Spec.Replicas == replicas }, func() string { return "four replicas" })
	if now := object(t, g, "HTTPRoute", server.Namespace, "auth-oauth").GetResourceVersion(); now != before {
		t.Error("it was written without a cause")
	}
}

func routeMayBePatched(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer) {
	t.Helper()
	changed(t, g, server, withPatch("HTTPRoute", "- {op: add, path: /spec/rules/0/name, value: oauth}"))
	installation.Eventually(t, bound, func() bool {
		rules, _, _ := unstructured.NestedSlice(object(t, g, "HTTPRoute", server.Namespace, "auth-oauth").Object, "spec", "rules")
		rule, _ := rules[0].(map[string]any)
		return rule["name"] == "oauth"
	}, func() string { return "a rule with a name" })
	changed(t, g, server, withPatch("HTTPRoute", "spec: {nothing: true}"))
	await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonObjectRefused)
	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment.Patches = nil })
	await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
}

// gatewayAPI returns the CRD of HTTPRoutes.
func gatewayAPI(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	text := []byte(routes)
	if *gatewayCRD != "" {
		var err error
		if text, err = os.ReadFile(*gatewayCRD); err != nil {
			t.Fatal(err)
		}
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(text, &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}
