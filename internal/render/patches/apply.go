package patches

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// What kustomize says is cut down to a sentence if it can be, and in any case.
const (
	sentence = 160
	maxError = 400
)

// hugeExponent finds quantities such as 1e-999999999, which programs, the API server
// among them, expand until they have no memory left.
var hugeExponent = regexp.MustCompile(`"[+-]?[0-9.]+[eE][+-]?[0-9]{3,}"`)

// kustomize keeps its OpenAPI schema in a global variable without a lock.
var oneBuild sync.Mutex

// apply returns the objects with the patches applied. The objects stay as they are.
func apply(objects []*unstructured.Unstructured, patches []oauthv1alpha1.DeploymentPatch) ([]*unstructured.Unstructured, error) {
	texts := make([]types.Patch, 0, len(patches))
	for _, patch := range patches {
		if !anyMatches(objects, patch.Target) {
			return nil, fmt.Errorf("target: nothing that is rendered is a %s", describe(patch.Target))
		}
		text, err := plain(patch)
		if err != nil {
			return nil, err
		}
		texts = append(texts, types.Patch{Patch: text, Target: selector(patch.Target)})
	}
	kustomization, err := yaml.Marshal(types.Kustomization{
		TypeMeta:  types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
		Resources: []string{"objects.yaml"},
		Patches:   texts,
	})
	if err != nil {
		return nil, fmt.Errorf("write the kustomization: %w", err)
	}
	var documents strings.Builder
	for _, object := range objects {
		document, err := yaml.Marshal(object.Object)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", object.GetKind(), err)
		}
		documents.WriteString("---\n" + string(document))
	}
	return build(map[string]string{"kustomization.yaml": string(kustomization), "objects.yaml": documents.String()})
}

// plain returns the patch as JSON. Nothing is left in it of what YAML can do beyond
// that, such as aliases that grow without bounds. What names the object may be left
// out of a merge patch; kustomize takes it from the target, but insists that it is
// there.
func plain(patch oauthv1alpha1.DeploymentPatch) (string, error) {
	if documents := strings.Split("\n"+patch.Patch, "\n---"); len(documents) > 2 || len(documents) == 2 && strings.TrimSpace(documents[0]) != "" {
		return "", errors.New("patch: it must be one YAML document")
	}
	text, err := yaml.YAMLToJSONStrict([]byte(patch.Patch))
	if err != nil {
		return "", fmt.Errorf("patch: %s", short(err))
	}
	var content any
	if err := utiljson.Unmarshal(text, &content); err != nil {
		return "", fmt.Errorf("patch: %s", short(err))
	}
	switch value := content.(type) {
	case []any:
	case map[string]any:
		if err := named(value, patch.Target); err != nil {
			return "", err
		}
	default:
		return "", errors.New("patch: it must be a merge patch or a list of operations")
	}
	if text, err = utiljson.Marshal(content); err != nil {
		return "", fmt.Errorf("patch: %s", short(err))
	}
	if hugeExponent.Match(text) {
		return "", errors.New("patch: a quantity has an exponent of more than two digits")
	}
	return string(text), nil
}

func named(value map[string]any, target oauthv1alpha1.PatchTarget) error {
	if kind, ok := value["kind"]; ok && kind != target.Kind {
		return fmt.Errorf("patch: its kind is %v and that of its target %s", kind, target.Kind)
	}
	value["kind"] = target.Kind
	if _, ok := value["apiVersion"]; !ok {
		value["apiVersion"] = "v1"
	}
	if _, ok := value["metadata"]; !ok {
		value["metadata"] = map[string]any{}
	}
	metadata, ok := value["metadata"].(map[string]any)
	if !ok {
		return errors.New("patch: metadata is no object")
	}
	metadata["name"] = "target"
	return nil
}

// build runs kustomize on files in memory.
func build(files map[string]string) (objects []*unstructured.Unstructured, err error) {
	oneBuild.Lock()
	defer oneBuild.Unlock()
	defer func() {
		// A patch must not end the operator.
		if p := recover(); p != nil {
			objects, err = nil, fmt.Errorf("kustomize cannot apply it: %s", short(fmt.Errorf("%v", p)))
		}
	}()
	memory := filesys.MakeFsInMemory()
	for name, content := range files {
		if err := memory.WriteFile("/"+name, []byte(content)); err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/")
	if err != nil {
		return nil, errors.New(short(err))
	}
	return parse(built)
}

func parse(built resmap.ResMap) ([]*unstructured.Unstructured, error) {
	objects := make([]*unstructured.Unstructured, 0, built.Size())
	for _, resource := range built.Resources() {
		content, err := resource.AsYAML()
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", resource.CurId(), err)
		}
		object := &unstructured.Unstructured{}
		if err := utilyaml.Unmarshal(content, &object.Object); err != nil {
			return nil, fmt.Errorf("read %s: %w", resource.CurId(), err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// selector says the same as the target; kustomize reads it as regular expressions.
func selector(target oauthv1alpha1.PatchTarget) *types.Selector {
	return &types.Selector{ResId: resid.ResId{
		Gvk:  resid.Gvk{Group: regexp.QuoteMeta(target.Group), Version: regexp.QuoteMeta(target.Version), Kind: regexp.QuoteMeta(target.Kind)},
		Name: regexp.QuoteMeta(target.Name),
	}}
}

func anyMatches(objects []*unstructured.Unstructured, target oauthv1alpha1.PatchTarget) bool {
	for _, object := range objects {
		kind := object.GroupVersionKind()
		if kind.Kind == target.Kind && (target.Group == "" || target.Group == kind.Group) &&
			(target.Version == "" || target.Version == kind.Version) && (target.Name == "" || target.Name == object.GetName()) {
			return true
		}
	}
	return false
}

func describe(target oauthv1alpha1.PatchTarget) string {
	words := target.Kind
	if target.Group != "" || target.Version != "" {
		words += " of " + strings.Trim(target.Group+"/"+target.Version, "/")
	}
	if target.Name != "" {
		words += " with the name " + target.Name
	}
	return words
}

// short returns an error on one line, without what wraps it as long as that is more
// than a sentence: kustomize likes to speak of files that exist only here.
func short(err error) string {
	for inner := errors.Unwrap(err); inner != nil && len(err.Error()) > sentence; inner = errors.Unwrap(err) {
		err = inner
	}
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > maxError {
		text = strings.ToValidUTF8(text[:maxError], "") + "..."
	}
	return text
}
