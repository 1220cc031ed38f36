package restore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/documents"
)

// Result is what is to be applied, in this order, and what the administrator should
// know.
type Result struct {
	Manifests []map[string]any
	// Notes are sentences about what is left out or changed.
	Notes []string
}

// places says which kinds are restored, and in which order: keys and Secrets before
// what the operator would make others for.
var places = map[string]int{
	"v1/Namespace": 0,
	"v1/Secret":    1,
	oauthv1alpha1.GroupVersion.String() + "/OAuthServer":           2,
	oauthv1alpha1.GroupVersion.String() + "/OAuthUser":             3,
	oauthv1alpha1.GroupVersion.String() + "/OAuthIdentityProvider": 3,
	oauthv1alpha1.GroupVersion.String() + "/OAuthClientPolicy":     4,
	oauthv1alpha1.GroupVersion.String() + "/OAuthResource":         5,
	oauthv1alpha1.GroupVersion.String() + "/OAuthClient":           6,
	oauthv1alpha1.GroupVersion.String() + "/OAuthToken":            7,
}

// Manifests makes manifests of a backup.
func Manifests(inputs []documents.Input) (Result, error) {
	objects, err := read(inputs)
	if err != nil {
		return Result{}, err
	}
	r := &restorer{defaultServer: defaultServer(objects), seen: map[string]string{}, left: map[string]int{}}
	for _, object := range objects {
		r.take(object)
	}
	// The older of two that claim the same keeps it.
	slices.SortStableFunc(r.taken, func(a, b taken) int {
		return cmp.Or(cmp.Compare(a.place, b.place), strings.Compare(a.created, b.created))
	})
	r.factors()
	result := Result{Notes: r.finish()}
	inhabited := map[string]bool{}
	for _, t := range r.taken {
		inhabited[t.object.GetNamespace()] = true
	}
	for _, t := range r.taken {
		if t.object.GetKind() != "Namespace" || inhabited[t.object.GetName()] {
			result.Manifests = append(result.Manifests, t.object.Object)
		}
	}
	return result, nil
}

// taken is an object that is restored.
type taken struct {
	object  *unstructured.Unstructured
	place   int
	created string
}

type restorer struct {
	// defaultServer is namespace/name of the server that clients without one got.
	defaultServer string
	taken         []taken
	// seen holds the resource versions of what was read, by name.
	seen  map[string]string
	notes []string
	// left counts what is left out, by kind.
	left map[string]int
}

func (r *restorer) take(object *unstructured.Unstructured) {
	kind := object.GetAPIVersion() + "/" + object.GetKind()
	place, known := places[kind]
	if !known {
		r.left[kind]++
		return
	}
	name := describe(object)
	if version, seen := r.seen[name]; seen {
		if version != object.GetResourceVersion() {
			r.notef("%s is in the input in two versions; the first one counts", name)
		}
		return
	}
	r.seen[name] = object.GetResourceVersion()
	if object.GetDeletionTimestamp() != nil {
		r.notef("%s was being deleted, and is left out", name)
		return
	}
	created, _, _ := unstructured.NestedString(object.Object, "metadata", "creationTimestamp")
	if r.adapt(object) {
		r.taken = append(r.taken, taken{object, place, created})
	}
}

func (r *restorer) adapt(object *unstructured.Unstructured) bool {
	switch object.GetKind() {
	case "Secret":
		if !r.secret(object) {
			return false
		}
	case "OAuthUser":
		r.user(object)
	case "OAuthClient":
		r.client(object)
	}
	strip(object)
	return true
}

func (r *restorer) notef(format string, arguments ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, arguments...))
}

// finish returns all notes, those about kinds that are not restored at the end.
func (r *restorer) finish() []string {
	kinds := make([]string, 0, len(r.left))
	for kind := range r.left {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		r.notef("%d of %q left out: not a kind that is restored", r.left[kind], kind)
	}
	return r.notes
}

func describe(object *unstructured.Unstructured) string {
	name := object.GetName()
	if object.GetNamespace() != "" {
		name = object.GetNamespace() + "/" + name
	}
	return fmt.Sprintf("%s %q", object.GetKind(), name)
}
