package patches

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// restricted judges pods as an API server does in a namespace that enforces the
// restricted Pod Security Standard.
var restricted = sync.OnceValues(func() (policy.Evaluator, error) {
	return policy.NewEvaluator(policy.DefaultChecks(), nil)
})

// podRestricted lets a patch change pods, but not who they are, which Secrets they
// get and how far they are locked in.
func podRestricted(before, after *unstructured.Unstructured) error {
	if before.GetKind() != "Deployment" {
		return nil
	}
	var was, is appsv1.Deployment
	if err := convert(before, &was); err != nil {
		return err
	}
	if err := convert(after, &is); err != nil {
		return err
	}
	if !sameIdentity(was.Spec.Template.Spec, is.Spec.Template.Spec) {
		return errors.New("a patch may not change the ServiceAccount of the pods")
	}
	if !reflect.DeepEqual(secrets(was.Spec.Template.Spec), secrets(is.Spec.Template.Spec)) {
		return errors.New("a patch may not give a Secret to the pods, or take one away")
	}
	evaluator, err := restricted()
	if err != nil {
		return fmt.Errorf("judge pods: %w", err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &is.Spec.Template.ObjectMeta, &is.Spec.Template.Spec))
	if !result.Allowed {
		return fmt.Errorf("its pods break the restricted Pod Security Standard: %s", result.ForbiddenDetail())
	}
	return nil
}

func sameIdentity(was, is corev1.PodSpec) bool {
	return was.ServiceAccountName == is.ServiceAccountName &&
		was.DeprecatedServiceAccount == is.DeprecatedServiceAccount &&
		reflect.DeepEqual(was.AutomountServiceAccountToken, is.AutomountServiceAccountToken)
}

// secrets counts the Secrets that the volumes and variables of a pod name.
func secrets(pod corev1.PodSpec) map[string]int {
	named := map[string]int{}
	for _, volume := range pod.Volumes {
		countVolume(volume, named)
	}
	for _, container := range slices.Concat(pod.InitContainers, pod.Containers) {
		countVariables(container, named)
	}
	return named
}

func countVolume(volume corev1.Volume, named map[string]int) {
	if volume.Secret != nil {
		named["volume "+volume.Secret.SecretName]++
	}
	if volume.CSI != nil && volume.CSI.NodePublishSecretRef != nil {
		named["driver "+volume.CSI.NodePublishSecretRef.Name]++
	}
	if volume.Projected == nil {
		return
	}
	for _, source := range volume.Projected.Sources {
		if source.Secret != nil {
			named["projection "+source.Secret.Name]++
		}
	}
}

func countVariables(container corev1.Container, named map[string]int) {
	for _, from := range container.EnvFrom {
		if from.SecretRef != nil {
			named["environment "+from.SecretRef.Name]++
		}
	}
	for _, variable := range container.Env {
		if variable.ValueFrom != nil && variable.ValueFrom.SecretKeyRef != nil {
			named["variable "+variable.ValueFrom.SecretKeyRef.Name]++
		}
	}
}
