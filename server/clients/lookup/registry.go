package lookup

import (
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/watch"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclientpolicies,verbs=get;list;watch,namespace=grantor-system
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

// Registry looks clients up by their ID.
type Registry struct {
	// Namespace and Name of the OAuthServer whose clients these are.
	Namespace, Name string
	// OAuthClients, OAuthServers, Policies and Namespaces are the local copies; that of
	// OAuthClients has the Indexers, and that of Policies holds those beside the server.
	OAuthClients, OAuthServers, Policies, Namespaces *watch.Copy
	// Keys are the server's keys.
	Keys *keys.Store
	// Resources are those of the server; nil for none.
	Resources *resources.Registry

	// epoch counts the changes of what all clients depend on.
	epoch atomic.Uint64
	// namespaceIndex counts the clients of each namespace.
	namespaceIndex clientindex.NamespaceIndex
	// decided and origins remember what was decided of client IDs and web origins, and
	// from what.
	decided, origins sync.Map
	// shown remembers the clients of the start page. The one who makes the list holds showing,
	// and leaves it as made to the others, who arrived meanwhile.
	shown   atomic.Pointer[shown]
	arrived atomic.Uint64
	showing sync.Mutex
	made    *shown
	// changes counts the events of clients. What was decided before one is not stored
	// after it, which mu ensures.
	changes atomic.Uint64
	mu      sync.Mutex
}

// Client returns the client with the given ID, or nil if there is none that the
// server accepts. It returns keys.ErrNoKeys before there are keys.
func (r *Registry) Client(id string) (*clients.Client, error) {
	d, err := r.find(id)
	return d.client, err
}

// Refusal returns why there is no client with the given ID, as a reason of the condition
// Accepted; "" if no OAuthClient of the server claims it.
func (r *Registry) Refusal(id string) string {
	d, err := r.find(id)
	if err != nil {
		return ""
	}
	return d.reason
}

func (r *Registry) find(id string) (decision, error) {
	set, err := r.Keys.Current()
	if err != nil {
		return decision{}, err
	}
	if d, ok := r.decided.Load(id); ok {
		if d, ok := d.(decision); ok && r.holds(d, set) {
			return d, nil
		}
	}
	changes := r.changes.Load()
	d, err := r.decide(id, set)
	if err != nil {
		return decision{}, err
	}
	// Unknown callers can ask for any number of IDs that no client claims.
	if len(d.namespaces) > 0 {
		r.remember(changes, func() { r.decided.Store(id, d) })
	}
	return d, nil
}

// remember calls store unless a client has changed since.
func (r *Registry) remember(changes uint64, store func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changes.Load() == changes {
		store()
	}
}

// holds reports whether a decision would be the same now.
func (r *Registry) holds(d decision, set *keys.Set) bool {
	if d.epoch != r.epoch.Load() || d.keys != set || d.version != r.versionOf(d.namespaces) {
		return false
	}
	// The copy can be ahead of its events.
	return d.object == nil || r.present(d.object)
}

// present reports whether the copy has exactly this object.
func (r *Registry) present(object *oauthv1alpha1.OAuthClient) bool {
	copied, _, _ := r.OAuthClients.Objects().GetByKey(object.Namespace + "/" + object.Name)
	return copied == any(object)
}

func (r *Registry) versionOf(namespaces []string) uint64 {
	sum := uint64(0)
	for _, namespace := range namespaces {
		sum += r.namespaceIndex.Version(namespace)
	}
	return sum
}

// Notified reports whether there may be a client that wants to be notified of logouts.
func (r *Registry) Notified() bool {
	return len(r.OAuthClients.Objects().ListIndexFuncValues(indexLogout)) > 0
}

// NamespaceLabels returns the labels of a namespace, and whether they are not known.
func (r *Registry) NamespaceLabels(name string) (set map[string]string, unknown bool) {
	namespace, known, _ := r.Namespaces.Objects().GetByKey(name)
	return labelsOf(namespace), !known
}

func labelsOf(object any) map[string]string {
	if metadata, ok := object.(*metav1.PartialObjectMetadata); ok {
		return metadata.Labels
	}
	return nil
}
