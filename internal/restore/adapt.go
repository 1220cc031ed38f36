package restore

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// secret reports whether the Secret is restored, and marks one of a client: its owner
// is another object in the new cluster.
func (r *restorer) secret(object *unstructured.Unstructured) bool {
	kind, _, _ := unstructured.NestedString(object.Object, "type")
	labels := object.GetLabels()
	switch {
	case labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfPasswords, labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfProviders:
		return false
	case labels[oauthv1alpha1.LabelPartOf] == oauthv1alpha1.PartOfToken:
		// Two clusters that refresh one token lose it to each other.
		r.notef("%s belongs to an OAuthToken of the old cluster, and is left out; a person may have to authorize again", describe(object))
		return false
	case kind == string(corev1.SecretTypeServiceAccountToken):
		r.notef("%s is the token of a ServiceAccount of the old cluster, and is left out", describe(object))
		return false
	case labels[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfClient:
		return true
	}
	delete(labels, oauthv1alpha1.LabelClientUID)
	object.SetLabels(labels)
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[oauthv1alpha1.AnnotationRestored] = "true"
	object.SetAnnotations(annotations)
	return true
}

// user keeps the subject that applications know, which is the UID unless it is set.
func (r *restorer) user(object *unstructured.Unstructured) {
	if subject, _, _ := unstructured.NestedString(object.Object, "spec", "subject"); subject != "" {
		return
	}
	if object.GetUID() == "" {
		r.notef("%s has no UID in the input: applications will see a different user", describe(object))
		return
	}
	_ = unstructured.SetNestedField(object.Object, string(object.GetUID()), "spec", "subject")
}

// client keeps the server that the client was bound to: without spec.serverRef it
// would get the default server, which may be another one.
func (r *restorer) client(object *unstructured.Unstructured) {
	if _, named, _ := unstructured.NestedMap(object.Object, "spec", "serverRef"); named {
		return
	}
	bound, _, _ := unstructured.NestedStringMap(object.Object, "status", "serverRef")
	server := bound["namespace"] + "/" + bound["name"]
	if bound["name"] == "" || server == r.defaultServer {
		return
	}
	reference := map[string]any{"namespace": bound["namespace"], "name": bound["name"]}
	_ = unstructured.SetNestedMap(object.Object, reference, "spec", "serverRef")
	r.notef("%s was bound to OAuthServer %q without naming it, and names it now", describe(object), server)
}

// strip takes away what only the old cluster gave the object.
func strip(object *unstructured.Unstructured) {
	unstructured.RemoveNestedField(object.Object, "status")
	metadata := map[string]any{"name": object.GetName()}
	if namespace := object.GetNamespace(); namespace != "" {
		metadata["namespace"] = namespace
	}
	if labels := object.GetLabels(); len(labels) > 0 {
		metadata["labels"] = asAny(labels)
	}
	annotations := object.GetAnnotations()
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	if len(annotations) > 0 {
		metadata["annotations"] = asAny(annotations)
	}
	object.Object["metadata"] = metadata
	if object.GetKind() == "Namespace" {
		unstructured.RemoveNestedField(object.Object, "spec")
	}
}

func asAny(values map[string]string) map[string]any {
	out := make(map[string]any, len(values))
	for key, value := range values {
		out[key] = value
	}
	return out
}

// defaultServer returns namespace/name of the server that is the default one: of
// several that are marked the oldest, as the operator chooses.
func defaultServer(objects []*unstructured.Unstructured) string {
	best, name := "", ""
	for _, object := range objects {
		marked, _, _ := unstructured.NestedBool(object.Object, "spec", "default")
		if object.GetKind() != "OAuthServer" || !marked {
			continue
		}
		created, _, _ := unstructured.NestedString(object.Object, "metadata", "creationTimestamp")
		if age := created + string(object.GetUID()); name == "" || age < best {
			best, name = age, object.GetNamespace()+"/"+object.GetName()
		}
	}
	return name
}
