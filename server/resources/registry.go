package resources

import (
	"maps"
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/watch"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthresources,verbs=get;list;watch

// Registry finds resources. The zero value, and nil, has none.
type Registry struct {
	// Namespace and Name of the OAuthServer whose resources these are.
	Namespace, Name string
	// OAuthResources, OAuthServers, Policies and Namespaces are the local copies.
	OAuthResources, OAuthServers, Policies, Namespaces *watch.Copy

	// epoch counts the changes of what decides about resources.
	epoch atomic.Uint64
	// present is what was last decided, making lets one request at a time decide.
	present atomic.Pointer[view]
	making  sync.Mutex
}

// Start makes the registry forget what it decided whenever that could change.
func (r *Registry) Start() error {
	changed := func(old, present any) {
		if !same(old, present) {
			r.epoch.Add(1)
		}
	}
	for _, copied := range []*watch.Copy{r.OAuthResources, r.OAuthServers, r.Policies} {
		if err := copied.OnChange(changed); err != nil {
			return err
		}
	}
	return r.Namespaces.OnChange(func(old, present any) {
		if old == nil || present == nil || !maps.Equal(labelsOf(old), labelsOf(present)) {
			r.epoch.Add(1)
		}
	})
}

// Find returns the resource with an identifier, byte for byte, nil if there is none. One that
// is Refused lets no client ask for it. It must not be changed.
func (r *Registry) Find(identifier string) *resourcespec.Resource {
	return r.view().byIdentifier[identifier]
}

// Named returns the resource of an OAuthResource, nil if the server does not accept it.
func (r *Registry) Named(namespace, name string) *resourcespec.Resource {
	return r.view().byName[namespace+"/"+name]
}

// Digested returns the resource that has a digest as an audience of a Grant, nil if there is
// none, or if several have it.
func (r *Registry) Digested(digest Digest) *resourcespec.Resource { return r.view().byDigest[digest] }

// Published returns the identifiers that discovery lists, sorted.
func (r *Registry) Published() []string { return r.view().published }

// Version returns another number whenever the resources may have changed.
func (r *Registry) Version() uint64 { return r.epoch.Load() }

var none = &view{}

// view returns what was decided of all resources. While nothing changes, it takes two
// loads and no lock.
func (r *Registry) view() *view {
	if r == nil || r.OAuthResources == nil {
		return none
	}
	if known := r.present.Load(); known != nil && known.epoch == r.epoch.Load() {
		return known
	}
	r.making.Lock()
	defer r.making.Unlock()
	if known := r.present.Load(); known != nil && known.epoch == r.epoch.Load() {
		return known
	}
	fresh := r.decide()
	r.present.Store(fresh)
	return fresh
}

// decide applies the rules to all resources.
func (r *Registry) decide() *view {
	v := newView(r.epoch.Load())
	object, ok, _ := r.OAuthServers.Objects().GetByKey(r.Namespace + "/" + r.Name)
	server, _ := object.(*oauthv1alpha1.OAuthServer)
	objects := watch.All[*oauthv1alpha1.OAuthResource](r.OAuthResources)
	if !ok || server == nil || len(objects) == 0 {
		return v
	}
	inputs := resourcespec.Inputs{
		Servers:  watch.All[*oauthv1alpha1.OAuthServer](r.OAuthServers),
		Policies: watch.All[*oauthv1alpha1.OAuthClientPolicy](r.Policies),
	}
	all := make([]resourcespec.Candidate, len(objects))
	for i, resource := range objects {
		namespace, known, _ := r.Namespaces.Objects().GetByKey(resource.Namespace)
		all[i] = resourcespec.Candidate{
			Resource: resource, NamespaceLabels: labelsOf(namespace), NamespaceUnknown: !known,
		}
	}
	for _, resource := range resourcespec.All(all, server, inputs) {
		v.add(resource)
	}
	v.sort()
	return v
}

// same reports whether nothing that decides about resources differs between two versions of
// an object: labels and statuses do not.
func same(old, present any) bool {
	was, ok := old.(metav1.Object)
	is, also := present.(metav1.Object)
	return ok && also && was.GetUID() == is.GetUID() && was.GetGeneration() == is.GetGeneration() &&
		(was.GetDeletionTimestamp() == nil) == (is.GetDeletionTimestamp() == nil)
}

func labelsOf(object any) map[string]string {
	if metadata, ok := object.(*metav1.PartialObjectMetadata); ok {
		return metadata.Labels
	}
	return nil
}

// Trim drops what the server does not read of an OAuthResource.
func Trim(object any) {
	if resource, ok := object.(*oauthv1alpha1.OAuthResource); ok {
		resource.Status = oauthv1alpha1.OAuthResourceStatus{}
	}
}
