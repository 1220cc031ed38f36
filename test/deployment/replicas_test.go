package deployment

import (
	"fmt"
	"testing"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestWhoSetsTheNumberOfReplicas: with a patch it is another controller, such as a
// HorizontalPodAutoscaler. Neither handing the number over nor any later change of the
// server changes it.
func TestWhoSetsTheNumberOfReplicas(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	seven, two := int32(7), int32(2)
	server := created(t, g, newServer(namespace, "auth", func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment.Replicas = &seven }))
	// Whatever the operator does is seen in this: it is applied with the replicas.
	labelled := func(n int) func(*oauthv1alpha1.OAuthServer) {
		return func(s *oauthv1alpha1.OAuthServer) {
			s.Spec.Deployment.Patches = nil
			withPatch("Deployment", "spec: {replicas: null}")(s)
			withPatch("Deployment", fmt.Sprintf("metadata: {labels: {example.com/change: n%d}}", n))(s)
		}
	}
	var lowest int32
	is := func(n int, wanted int32) {
		t.Helper()
		installation.Eventually(t, bound, func() bool {
			now := deploymentOf(t, g, server)
			lowest = min(lowest, *now.Spec.Replicas)
			return now.Labels["example.com/change"] == fmt.Sprintf("n%d", n)
		}, func() string { return fmt.Sprintf("change %d", n) })
		if now := *deploymentOf(t, g, server).Spec.Replicas; now != wanted || lowest < wanted {
			t.Errorf("after change %d there are %d replicas, at the lowest %d, not %d", n, now, lowest, wanted)
		}
	}

	lowest = 7
	changed(t, g, server, labelled(1))
	is(1, 7)

	admin, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	scale := &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "auth-oauth"}, Spec: autoscalingv1.ScaleSpec{Replicas: 5}}
	if _, err := admin.AppsV1().Deployments(namespace).UpdateScale(t.Context(), "auth-oauth", scale, metav1.UpdateOptions{FieldManager: "autoscaler"}); err != nil {
		t.Fatal(err)
	}
	lowest = 5
	for n := 2; n < 5; n++ {
		changed(t, g, server, labelled(n))
		is(n, 5)
	}

	changed(t, g, server, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment.Patches, s.Spec.Deployment.Replicas = nil, &two })
	installation.Eventually(t, bound, func() bool { return *deploymentOf(t, g, server).Spec.Replicas == 2 }, func() string { return "number of replicas from the spec" })
}
