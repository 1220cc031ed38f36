package lookup

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/credentials"
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

// decision is who has a client ID and what that was decided from.
type decision struct {
	// client is nil if there is none that the server accepts. reason then says why, as
	// one of the condition Accepted; "" where no OAuthClient of the server claims the ID.
	client *clients.Client
	reason string
	epoch  uint64
	keys   *keys.Set
	// namespaces are those of the claimants, and version is how often clients came or went
	// there.
	namespaces []string
	version    uint64
	// object is the OAuthClient that has the ID.
	object *oauthv1alpha1.OAuthClient
	// taken says that an OAuthClient that may have the ID keeps it from other sources.
	taken bool
}

// Start makes the registry forget what it decided whenever that could change.
func (r *Registry) Start() error {
	err := r.OAuthServers.OnChange(func(any, any) { r.epoch.Add(1) })
	if err != nil {
		return err
	}
	err = r.Namespaces.OnChange(func(old, present any) {
		if old == nil || present == nil || !maps.Equal(labelsOf(old), labelsOf(present)) {
			r.epoch.Add(1)
		}
	})
	if err != nil {
		return err
	}
	err = r.Policies.OnChange(func(old, present any) {
		was, _ := old.(*oauthv1alpha1.OAuthClientPolicy)
		is, _ := present.(*oauthv1alpha1.OAuthClientPolicy)
		// A policy that was created again while a watch was broken looks like an update.
		if was == nil || is == nil || was.Generation != is.Generation || was.UID != is.UID {
			r.epoch.Add(1)
		}
	})
	if err != nil {
		return err
	}
	return r.OAuthClients.OnChange(func(old, present any) {
		was, _ := old.(*oauthv1alpha1.OAuthClient)
		is, _ := present.(*oauthv1alpha1.OAuthClient)
		counted := r.namespaceIndex.Change(was, is)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changes.Add(1)
		for _, client := range []*oauthv1alpha1.OAuthClient{was, is} {
			if client != nil {
				r.decided.Delete(client.ClientID())
				r.forgetShown(client, counted)
			}
		}
		r.origins.Clear()
	})
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

// decide finds out who has a client ID.
func (r *Registry) decide(id string, set *keys.Set) (decision, error) {
	d := decision{epoch: r.epoch.Load(), keys: set}
	claimants, err := r.OAuthClients.Objects().ByIndex(indexClientID, id)
	if err != nil {
		return d, fmt.Errorf("look up client: %w", err)
	}
	if len(claimants) == 0 {
		return d, nil
	}
	inputs := clientspec.Inputs{
		Servers:    watch.All[*oauthv1alpha1.OAuthServer](r.OAuthServers),
		Policies:   watch.All[*oauthv1alpha1.OAuthClientPolicy](r.Policies),
		Namespaces: &r.namespaceIndex,
	}
	namespaces := map[string]bool{}
	for _, claimant := range claimants {
		if claimant, ok := claimant.(*oauthv1alpha1.OAuthClient); ok {
			namespaces[claimant.Namespace] = true
			inputs.Claimants = append(inputs.Claimants, r.candidate(claimant))
		}
	}
	d.namespaces = slices.Sorted(maps.Keys(namespaces))
	d.version = r.versionOf(d.namespaces)
	for claim := range clientspec.Claims(inputs) {
		if claim.Server == nil || claim.Server.Namespace != r.Namespace || claim.Server.Name != r.Name {
			continue
		}
		d.taken = d.taken || claim.Entitled()
		if claim.Refusal == nil {
			d.object = claim.Client
			d.client, d.reason = r.client(set, claim.Candidate, inputs)
			break
		}
		if d.reason == "" {
			d.reason = claim.Refusal.Reason
		}
	}
	return d, nil
}

// client returns what the holder of a client ID may do, or the reason why nothing.
func (r *Registry) client(set *keys.Set, holder clientspec.Candidate, inputs clientspec.Inputs) (*clients.Client, string) {
	object := holder.Client
	holder.Redirects = resolved(set, object)
	inputs.Claimants = nil
	d := clientspec.Decide(holder, inputs)
	if d.Refusal != nil {
		return nil, d.Refusal.Reason
	}
	var verified []credentials.Credential
	for _, entry := range object.Status.Credentials {
		if credential, err := credentials.Open(set.Peppers(), object.UID, entry); err == nil {
			verified = append(verified, credential)
		}
	}
	return clients.New(d.Client, verified...).WithKeys(set).WithResources(r.Resources), ""
}

// resolved returns the redirect URIs of a status, none where the operator did not write
// them for this client.
func resolved(set *keys.Set, object *oauthv1alpha1.OAuthClient) clientspec.Redirects {
	status := &object.Status
	list := credentials.Redirects{URIs: status.RedirectURIs, PostLogoutURIs: status.PostLogoutRedirectURIs}
	if len(object.Spec.RedirectURIsFrom) == 0 || !list.Sealed(set.Peppers(), object.UID, status.RedirectURIsSeal) {
		return clientspec.Redirects{}
	}
	return clientspec.Redirects(list)
}

func (r *Registry) candidate(object *oauthv1alpha1.OAuthClient) clientspec.Candidate {
	namespace, known, _ := r.Namespaces.Objects().GetByKey(object.Namespace)
	return clientspec.Candidate{Client: object, NamespaceLabels: labelsOf(namespace), NamespaceUnknown: !known}
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
