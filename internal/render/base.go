package render

import (
	"embed"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

//go:embed base/*.yaml
var manifests embed.FS

// base returns the objects as the spec says, without patches.
func base(server *oauthv1alpha1.OAuthServer, image string) ([]*unstructured.Unstructured, error) {
	files := []string{"access", "network", "deployment"}
	if exposure := server.Spec.Exposure; exposure != nil {
		if exposure.Ingress != nil {
			files = append(files, "ingress")
		}
		if exposure.Gateway != nil {
			files = append(files, "httproute")
		}
	}
	var objects []*unstructured.Unstructured
	for _, file := range files {
		some, err := read(file, server)
		if err != nil {
			return nil, fmt.Errorf("read the manifests of %s: %w", file, err)
		}
		objects = append(objects, some...)
	}
	for _, object := range objects {
		if err := adapt(object, server, image); err != nil {
			return nil, fmt.Errorf("adapt %s %s: %w", object.GetKind(), object.GetName(), err)
		}
		mark(object, server)
	}
	return objects, nil
}

// read returns the objects of a file. Both names are labels of DNS, so that putting
// them between quotes is safe.
func read(file string, server *oauthv1alpha1.OAuthServer) ([]*unstructured.Unstructured, error) {
	content, err := manifests.ReadFile("base/" + file + ".yaml")
	if err != nil {
		return nil, err
	}
	text := strings.NewReplacer("SERVER", server.Name, "NAMESPACE", server.Namespace).Replace(string(content))
	var objects []*unstructured.Unstructured
	for document := range strings.SplitSeq(text, "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := utilyaml.Unmarshal([]byte(document), &object.Object); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// adapt puts what the spec says into an object.
func adapt(object *unstructured.Unstructured, server *oauthv1alpha1.OAuthServer, image string) error {
	switch object.GetKind() {
	case "Deployment":
		return change(object, func(d *deployment) error { return adaptDeployment(d, server, image) })
	case "Service":
		return change(object, func(s *service) error { adaptService(s, server); return nil })
	case "NetworkPolicy":
		return change(object, func(p *networkPolicy) error { adaptNetworkPolicy(p, server); return nil })
	case "Ingress":
		return change(object, func(i *ingress) error { adaptIngress(i, server); return nil })
	case "HTTPRoute":
		object.Object["spec"] = routeSpec(server)
	}
	return nil
}

// change lets f change an object as a value of its Go type. What Go adds to it, such
// as an empty status, is left out.
func change[T any](object *unstructured.Unstructured, f func(*T) error) error {
	var typed T
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, &typed, true); err != nil {
		return err
	}
	if err := f(&typed); err != nil {
		return err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&typed)
	if err != nil {
		return err
	}
	delete(content, "status")
	unstructured.RemoveNestedField(content, "metadata", "creationTimestamp")
	unstructured.RemoveNestedField(content, "spec", "template", "metadata", "creationTimestamp")
	object.Object = content
	return nil
}

// mark says whose the object is. There is no label of a tool that keeps inventories
// by labels, such as app.kubernetes.io/instance: it would take the object for its own.
func mark(object *unstructured.Unstructured, server *oauthv1alpha1.OAuthServer) {
	object.SetLabels(map[string]string{
		"app.kubernetes.io/name":  "grantor-server",
		oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfServer,
		oauthv1alpha1.LabelServer: server.Name,
	})
	object.SetAnnotations(map[string]string{
		oauthv1alpha1.AnnotationServer:          server.Name,
		oauthv1alpha1.AnnotationServerNamespace: server.Namespace,
	})
}
