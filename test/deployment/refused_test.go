package deployment

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestARefusedPatchChangesNothing: neither what it is about nor anything else.
func TestARefusedPatchChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ kind, patch, reason, says string }{
		"one that does not apply":          {"Deployment", "- {op: remove, path: /spec/nothing}", oauthv1alpha1.ReasonPatchRefused, "/spec/nothing"},
		"one for the host":                 {"Deployment", "spec: {template: {spec: {hostNetwork: true}}}", oauthv1alpha1.ReasonPatchRefused, "hostNetwork"},
		"one that the API server refuses":  {"Service", "- {op: replace, path: /spec/ports/0/port, value: 99999}", oauthv1alpha1.ReasonObjectRefused, "65535"},
		"one that it refuses after others": {"Deployment", "spec: {template: {spec: {restartPolicy: Never}}}", oauthv1alpha1.ReasonObjectRefused, "restartPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, namespace := shared.Grantor(t), shared.Namespace(t)
			server := created(t, g, newServer(namespace, "auth"))
			before := objects(t, g, server)
			replicas := int32(5)
			changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) {
				s.Spec.Deployment.Replicas = &replicas
				withPatch("Service", "metadata: {annotations: {example.com/a: b}}")(s)
				withPatch(test.kind, test.patch)(s)
			})
			server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, test.reason)
			stalled := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionStalled)
			if stalled == nil || !strings.Contains(stalled.Message, test.says) {
				t.Errorf("Stalled is %+v", stalled)
			}
			for name, one := range objects(t, g, server) {
				if one == nil || one.GetResourceVersion() != before[name].GetResourceVersion() {
					t.Errorf("%s was changed", name)
				}
			}
			changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment.Patches = nil })
			await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
			if got := *deploymentOf(t, g, server).Spec.Replicas; got != replicas {
				t.Errorf("%d replicas", got)
			}
		})
	}
}

// TestWhatIsNotOursIsLeftAlone: nothing is made beside it either.
func TestWhatIsNotOursIsLeftAlone(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "auth-oauth", Labels: map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfServer}},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 1}}},
	}
	if err := g.Admin.Create(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	server := newServer(namespace, "auth")
	if err := g.Admin.Create(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	server = await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonObjectNotOwned)
	version := service.ResourceVersion
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(service), service); err != nil || service.ResourceVersion != version {
		t.Errorf("the Service was touched: %v", err)
	}
	if len(server.Status.Inventory) > 0 || object(t, g, "Deployment", namespace, "auth-oauth") != nil {
		t.Errorf("something was made: %v", server.Status.Inventory)
	}
	if err := g.Admin.Delete(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	await(t, g, server, oauthv1alpha1.ConditionDeployed, metav1.ConditionFalse, oauthv1alpha1.ReasonDeploymentProgressing)
}
