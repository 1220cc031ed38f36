package hosts

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// kindOf returns the version of a kind that is read; the zero value for an unknown one.
func kindOf(kind oauthv1alpha1.RedirectSourceKind) schema.GroupVersionKind {
	switch kind {
	case oauthv1alpha1.RedirectSourceIngress:
		return schema.GroupVersionKind{Group: "networking.k8s.io", Version: "v1", Kind: "Ingress"}
	case oauthv1alpha1.RedirectSourceHTTPRoute:
		return schema.GroupVersionKind{Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute"}
	default:
		return schema.GroupVersionKind{}
	}
}

func empty(kind oauthv1alpha1.RedirectSourceKind) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(kindOf(kind))
	return object
}

// of returns the hosts of an object as they are written there.
func of(object *unstructured.Unstructured) []string {
	if object.GetKind() == string(oauthv1alpha1.RedirectSourceHTTPRoute) {
		names, _, _ := unstructured.NestedSlice(object.Object, "spec", "hostnames")
		return texts(names)
	}
	rules, _, _ := unstructured.NestedSlice(object.Object, "spec", "rules")
	var hosts []any
	for _, rule := range rules {
		if rule, ok := rule.(map[string]any); ok {
			hosts = append(hosts, rule["host"])
		}
	}
	return texts(hosts)
}

func texts(values []any) []string {
	var out []string
	for _, value := range values {
		if text, ok := value.(string); ok && text != "" {
			out = append(out, text)
		}
	}
	return out
}

// Trim is for the cache: of objects that have hosts it keeps these and the name, of
// others everything but who manages which field.
func Trim() toolscache.TransformFunc {
	strip := cache.TransformStripManagedFields()
	return func(in any) (any, error) {
		object, ok := in.(*unstructured.Unstructured)
		if !ok || object.GroupVersionKind() != kindOf(oauthv1alpha1.RedirectSourceKind(object.GetKind())) {
			return strip(in)
		}
		kept := empty(oauthv1alpha1.RedirectSourceKind(object.GetKind()))
		kept.SetNamespace(object.GetNamespace())
		kept.SetName(object.GetName())
		kept.SetUID(object.GetUID())
		kept.SetResourceVersion(object.GetResourceVersion())
		kept.Object["spec"] = spec(object)
		return kept, nil
	}
}

// spec returns the hosts of an object in the place where of finds them again.
func spec(object *unstructured.Unstructured) map[string]any {
	names, rules := []any{}, []any{}
	for _, host := range of(object) {
		names = append(names, host)
		rules = append(rules, map[string]any{"host": host})
	}
	if object.GetKind() == string(oauthv1alpha1.RedirectSourceHTTPRoute) {
		return map[string]any{"hostnames": names}
	}
	return map[string]any{"rules": rules}
}
