package providers

import (
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/watch"
	"github.com/grantor-dev/grantor/server/watch/decided"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthidentityproviders,verbs=get;list;watch,namespace=grantor-system

// Registry finds providers. The zero value, and nil, has none.
type Registry struct {
	// Namespace and Name of the OAuthServer whose providers these are.
	Namespace, Name string
	// OAuthIdentityProviders and OAuthServers are the local copies, Secrets is that of the
	// Secret with what authenticates the server.
	OAuthIdentityProviders, OAuthServers, Secrets *watch.Copy

	// entries are those of the Secret when it was last there: who is a provider is for the
	// objects to say, and the operator writes it again.
	entries atomic.Pointer[map[string][]byte]
	// decided is what the rules say of all objects.
	decided decided.Value[view]
}

// view is all providers at one time. It does not change.
type view struct {
	all   []*Provider
	named map[string]*Provider
}

var none = &view{}

// Start makes the registry hear of changes. It is called before the copies run.
func (r *Registry) Start() error {
	for _, copied := range []*watch.Copy{r.OAuthIdentityProviders, r.OAuthServers} {
		if err := copied.OnChange(r.decided.Hear); err != nil {
			return err
		}
	}
	return r.Secrets.OnChange(func(_, present any) {
		if secret, ok := present.(*corev1.Secret); ok {
			r.entries.Store(&secret.Data)
			r.decided.Changed()
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
	return r.decided.Version()
}

// view returns what was decided of all providers.
func (r *Registry) view() *view {
	if r == nil || r.OAuthIdentityProviders == nil {
		return none
	}
	return r.decided.Get(r.decide)
}

// decide applies the rules to all objects.
func (r *Registry) decide() *view {
	v := &view{named: map[string]*Provider{}}
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

// Trim drops what the server does not read of an OAuthIdentityProvider.
func Trim(object any) {
	if provider, ok := object.(*oauthv1alpha1.OAuthIdentityProvider); ok {
		provider.Status = oauthv1alpha1.OAuthIdentityProviderStatus{}
	}
}
