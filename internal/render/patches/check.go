package patches

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// MaxObject bounds what a patch makes of one object, in bytes of JSON.
const MaxObject = 64 << 10

// rule says what a patch may not make of an object.
type rule func(before, after *unstructured.Unstructured) error

// rules hold for each object; a user who may edit an OAuthServer gets no rights by it
// that the server has not, and no Secret that it is not given.
var rules = []rule{sizeBounded, accessUnchanged, marksUnchanged, notOwned, fieldsKnown, selectorUnchanged, portsKept, podRestricted}

// check returns an error that says what a patch did that it may not do.
func check(before, after []*unstructured.Unstructured) error {
	patched := map[string]*unstructured.Unstructured{}
	for _, object := range after {
		patched[identity(object)] = object
	}
	if len(after) != len(before) || len(patched) != len(before) {
		return errors.New("it adds or removes objects, or changes their names")
	}
	for _, object := range before {
		now, ok := patched[identity(object)]
		if !ok {
			return fmt.Errorf("it removes %s, or changes its name, namespace or version", title(object))
		}
		for _, holds := range rules {
			if err := holds(object, now); err != nil {
				return fmt.Errorf("%s: %w", title(object), err)
			}
		}
	}
	return nil
}

func identity(object *unstructured.Unstructured) string {
	return strings.Join([]string{object.GetAPIVersion(), object.GetKind(), object.GetNamespace(), object.GetName()}, "|")
}

func title(object *unstructured.Unstructured) string {
	return object.GetKind() + " " + object.GetName()
}

func sizeBounded(_, after *unstructured.Unstructured) error {
	text, err := json.Marshal(after.Object)
	if err != nil {
		return errors.New("it cannot be written as JSON")
	}
	if len(text) > MaxObject {
		return fmt.Errorf("it has more than %d KiB", MaxObject>>10)
	}
	return nil
}

func accessUnchanged(before, after *unstructured.Unstructured) error {
	switch before.GetKind() {
	case "ServiceAccount", "Role", "RoleBinding", "ClusterRoleBinding":
		if !reflect.DeepEqual(before.Object, after.Object) {
			return errors.New("a patch may not change what the server may do")
		}
	}
	return nil
}

// marksUnchanged: by its labels and annotations the operator finds an object again.
func marksUnchanged(before, after *unstructured.Unstructured) error {
	if !sameOwn(before.GetLabels(), after.GetLabels()) || !sameOwn(before.GetAnnotations(), after.GetAnnotations()) {
		return errors.New("a patch may not change labels and annotations of oauth.grantor.dev")
	}
	return nil
}

func sameOwn(before, after map[string]string) bool {
	own := func(all map[string]string) map[string]string {
		some := map[string]string{}
		for key, value := range all {
			if strings.HasPrefix(key, oauthv1alpha1.GroupVersion.Group+"/") {
				some[key] = value
			}
		}
		return some
	}
	return reflect.DeepEqual(own(before), own(after))
}

func notOwned(_, after *unstructured.Unstructured) error {
	metadata, _ := after.Object["metadata"].(map[string]any)
	for field := range metadata {
		switch field {
		case "name", "namespace", "labels", "annotations":
		default:
			return fmt.Errorf("a patch may not set metadata.%s", field)
		}
	}
	if _, ok := after.Object["status"]; ok {
		return errors.New("a patch may not set status")
	}
	return nil
}

// fieldsKnown: an API server answers an unknown field as if it had failed itself.
func fieldsKnown(_, after *unstructured.Unstructured) error {
	switch after.GetKind() {
	case "NetworkPolicy":
		return convert(after, &networkingv1.NetworkPolicy{})
	case "PodDisruptionBudget":
		return convert(after, &policyv1.PodDisruptionBudget{})
	case "Ingress":
		return convert(after, &networkingv1.Ingress{})
	}
	return nil
}

// selectorUnchanged: pods of another server, or none, must never be taken for those
// of this one.
func selectorUnchanged(before, after *unstructured.Unstructured) error {
	for _, field := range []string{"selector", "podSelector"} {
		was, _, _ := unstructured.NestedFieldNoCopy(before.Object, "spec", field)
		is, _, _ := unstructured.NestedFieldNoCopy(after.Object, "spec", field)
		if !reflect.DeepEqual(was, is) {
			return fmt.Errorf("a patch may not change spec.%s", field)
		}
	}
	return nil
}

// portsKept: the operator asks the replicas what they have loaded, and an Ingress
// finds them, by the names of the ports.
func portsKept(before, after *unstructured.Unstructured) error {
	if before.GetKind() != "Service" {
		return nil
	}
	var was, is corev1.Service
	if err := convert(before, &was); err != nil {
		return err
	}
	if err := convert(after, &is); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, port := range is.Spec.Ports {
		names[port.Name] = true
	}
	for _, port := range was.Spec.Ports {
		if !names[port.Name] {
			return fmt.Errorf("a patch may not remove the port %s", port.Name)
		}
	}
	return nil
}

// convert reads an object as its Go type, strictly.
func convert(object *unstructured.Unstructured, into any) error {
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, into, true); err != nil {
		return errors.New(short(err))
	}
	return nil
}
