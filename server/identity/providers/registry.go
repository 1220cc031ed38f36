package providers

import (
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/watch"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthidentityproviders,verbs=get;list;watch,namespace=grantor-system

// Registry finds providers. The zero value, and nil, has none.
type Registry struct {
	// Namespace and Name of the OAuthServer whose providers these are.
	Namespace, Name string
	// OAuthIdentityProviders and OAuthServers are the local copies, Secrets is that of the
	// Secret with what authenticates the server.
	OAuthIdentityProviders, OAuthServers, Secrets *watch.Copy

	// epoch counts the changes of what decides about providers.
	epoch atomic.Uint64
	// entries are those of the Secret when it was last there: who is a provider is for the
	// objects to say, and the operator writes it again.
	entries atomic.Pointer[map[string][]byte]
	// present is what was last decided, making lets one request at a time decide.
	present atomic.Pointer[view]
	making  sync.Mutex
}

// view is what was decided at an epoch.
type view struct {
	epoch uint64
	all   []*Provider
	named map[string]*Provider
}

var none = &view{}

// Start makes the registry hear of changes. It is called before the copies run.
func (r *Registry) Start() error {
	changed := func(old, present any) {
		if !same(old, present) {
			r.epoch.Add(1)
		}
	}
	for _, copied := range []*watch.Copy{r.OAuthIdentityProviders, r.OAuthServers} {
		if err := copied.OnChange(changed); err != nil {
			return err
		}
	}
	return r.Secrets.OnChange(func(_, present any) {
		if secret, ok := present.(*corev1.Secret); ok {
			r.entries.Store(&secret.Data)
			r.epoch.Add(1)
		}
	})
}

// Provider returns the provider with a name, nil if the server uses none of that name: it does
// not exist, is disabled or is not accepted.
func (r *Registry) Provider(name string) *Provider { return r.view().named[name] }

// All returns the providers in the order of their buttons. The list must not be changed.
func (r *Registry) All() []*Provider { return r.view().all }

// Version returns another number whenever the providers may have changed.
func (r *Registry) Version() uint64 {
	if r == nil {
		return 0
	}
	return r.epoch.Load()
}

// view returns what was decided of all providers. While nothing changes, it takes two loads
// and no lock.
func (r *Registry) view() *view {
	if r == nil || r.OAuthIdentityProviders == nil {
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

// decide applies the rules to all objects.
func (r *Registry) decide() *view {
	v := &view{epoch: r.epoch.Load(), named: map[string]*Provider{}}
	object, _, _ := r.OAuthServers.Objects().GetByKey(r.Namespace + "/" + r.Name)
	server, ok := object.(*oauthv1alpha1.OAuthServer)
	if !ok {
		return v
	}
	entries := map[string][]byte{}
	if known := r.entries.Load(); known != nil {
		entries = *known
	}
	objects := watch.All[*oauthv1alpha1.OAuthIdentityProvider](r.OAuthIdentityProviders)
	providerspec.Sort(objects, server.Spec.Login.Providers)
	for _, one := range objects {
		if one.DeletionTimestamp != nil || providerspec.Refuse(one, server, objects) != nil {
			continue
		}
		p := newProvider(one, server.Spec.Issuer, entries[string(one.UID)])
		v.all, v.named[p.Name] = append(v.all, p), p
	}
	return v
}

// same reports whether nothing that decides about providers differs between two versions of
// an object: labels and statuses do not.
func same(old, present any) bool {
	was, ok := old.(metav1.Object)
	is, also := present.(metav1.Object)
	return ok && also && was.GetUID() == is.GetUID() && was.GetGeneration() == is.GetGeneration() &&
		(was.GetDeletionTimestamp() == nil) == (is.GetDeletionTimestamp() == nil)
}

// Trim drops what the server does not read of an OAuthIdentityProvider.
func Trim(object any) {
	if provider, ok := object.(*oauthv1alpha1.OAuthIdentityProvider); ok {
		provider.Status = oauthv1alpha1.OAuthIdentityProviderStatus{}
	}
}
