package deployment

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/conditions"
)

// report says how far the Deployment among the objects is.
func report(server *oauthv1alpha1.OAuthServer, objects []*unstructured.Unstructured, set conditions.Set) error {
	deployment, err := deploymentIn(objects)
	if err != nil {
		return err
	}
	desired := desiredReplicas(deployment)
	server.Status.Replicas = &oauthv1alpha1.ReplicasStatus{Desired: desired, Ready: deployment.Status.ReadyReplicas}
	if !rolledOut(deployment) {
		message := progress(deployment)
		set.False(oauthv1alpha1.ConditionDeployed, oauthv1alpha1.ReasonDeploymentProgressing, message)
		if keysReady(server) {
			set.Reconciling(oauthv1alpha1.ReasonDeploymentProgressing, message)
		}
		return nil
	}
	set.True(oauthv1alpha1.ConditionDeployed, oauthv1alpha1.ReasonDeployed, fmt.Sprintf("All %d replicas are ready.", desired))
	if keysReady(server) {
		set.Ready("The server's configuration is valid, its keys are present and its replicas are ready.")
	}
	return nil
}

func deploymentIn(objects []*unstructured.Unstructured) (*appsv1.Deployment, error) {
	deployment := &appsv1.Deployment{}
	for _, object := range objects {
		if object.GetKind() != "Deployment" {
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, deployment); err != nil {
			return nil, fmt.Errorf("read the Deployment: %w", err)
		}
	}
	return deployment, nil
}

func desiredReplicas(deployment *appsv1.Deployment) int32 {
	if deployment.Spec.Replicas == nil {
		return 1
	}
	return *deployment.Spec.Replicas
}

// rolledOut reports whether all replicas, and no others, run as the Deployment says.
func rolledOut(deployment *appsv1.Deployment) bool {
	desired, status := desiredReplicas(deployment), deployment.Status
	return status.ObservedGeneration >= deployment.Generation &&
		status.UpdatedReplicas == desired && status.AvailableReplicas == desired && status.Replicas == desired
}

// progress says how far a Deployment is and what holds it up.
func progress(deployment *appsv1.Deployment) string {
	status := deployment.Status
	sentences := []string{fmt.Sprintf("Of %d replicas %d are up to date and %d are ready.", desiredReplicas(deployment), status.UpdatedReplicas, status.ReadyReplicas)}
	for _, condition := range status.Conditions {
		failing := condition.Type == appsv1.DeploymentReplicaFailure && condition.Status == corev1.ConditionTrue ||
			condition.Type == appsv1.DeploymentProgressing && condition.Status == corev1.ConditionFalse
		if failing && condition.Message != "" {
			sentences = append(sentences, strings.TrimSuffix(condition.Message, ".")+".")
		}
	}
	return strings.Join(sentences, " ")
}

// sentence makes an error the message of a condition.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
