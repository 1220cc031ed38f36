package clients

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/watch"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthservers,verbs=get;list;watch
// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclientpolicies,verbs=get;list;watch,namespace=grantor-system
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

const (
	// indexClientID finds the OAuthClients that claim a client ID.
	indexClientID = "clientID"
	// indexOrigin finds those whose scripts run in a web origin.
	indexOrigin = "origin"
	// indexLogout finds those that want to be told that somebody signed out.
	indexLogout = "logout"
)

// Indexers are the indexes that the copy of OAuthClients must have.
func Indexers() cache.Indexers {
	by := func(keys func(*oauthv1alpha1.OAuthClient) []string) cache.IndexFunc {
		return func(object any) ([]string, error) {
			client, ok := object.(*oauthv1alpha1.OAuthClient)
			if !ok {
				return nil, fmt.Errorf("index of clients: unexpected %T", object)
			}
			return keys(client), nil
		}
	}
	return cache.Indexers{
		indexClientID: by(func(c *oauthv1alpha1.OAuthClient) []string { return []string{c.ClientID()} }),
		indexOrigin: by(func(c *oauthv1alpha1.OAuthClient) []string {
			var origins []string
			for _, origin := range c.Spec.AllowedOrigins {
				origins = append(origins, string(origin))
			}
			return origins
		}),
		indexLogout: by(func(c *oauthv1alpha1.OAuthClient) []string {
			if c.Spec.Logout.BackchannelURI == "" {
				return nil
			}
			return []string{"backchannel"}
		}),
	}
}

// Trim drops what the server does not read of an OAuthClient.
func Trim(object any) {
	if client, ok := object.(*oauthv1alpha1.OAuthClient); ok {
		client.Status.Conditions = nil
	}
}

// Registry looks clients up by their ID.
type Registry struct {
	// Namespace and Name of the OAuthServer whose clients these are.
	Namespace, Name string
	// OAuthClients, OAuthServers, Policies and Namespaces are the local copies; that of
	// OAuthClients has the Indexers, and that of Policies holds those beside the server.
	OAuthClients, OAuthServers, Policies, Namespaces *watch.Copy
	// Keys are the server's keys.
	Keys *keys.Store

	// epoch counts the changes of what all clients depend on.
	epoch atomic.Uint64
	// crowd counts the clients of each namespace.
	crowd clientspec.Crowd
	// decided remembers what was decided of a client ID and from what.
	decided sync.Map
}

// decision is a client, nil if it is refused, and what it was made from.
type decision struct {
	epoch  uint64
	crowd  uint64
	object *oauthv1alpha1.OAuthClient
	keys   *keys.Set
	client *Client
}

// Start makes the registry forget what it decided whenever that could change.
func (r *Registry) Start() error {
	err := r.OAuthServers.OnChange(func(any, any) { r.epoch.Add(1) })
	if err != nil {
		return err
	}
	err = r.Namespaces.OnChange(func(former, present any) {
		if former == nil || present == nil || !maps.Equal(labelsOf(former), labelsOf(present)) {
			r.epoch.Add(1)
		}
	})
	if err != nil {
		return err
	}
	err = r.Policies.OnChange(func(former, present any) {
		was, _ := former.(*oauthv1alpha1.OAuthClientPolicy)
		is, _ := present.(*oauthv1alpha1.OAuthClientPolicy)
		// A policy that was created again while a watch was broken looks like an update.
		if was == nil || is == nil || was.Generation != is.Generation || was.UID != is.UID {
			r.epoch.Add(1)
		}
	})
	if err != nil {
		return err
	}
	return r.OAuthClients.OnChange(func(former, present any) {
		was, _ := former.(*oauthv1alpha1.OAuthClient)
		is, _ := present.(*oauthv1alpha1.OAuthClient)
		r.crowd.Change(was, is)
		for _, client := range []*oauthv1alpha1.OAuthClient{was, is} {
			if client != nil {
				r.decided.Delete(client.ClientID())
			}
		}
	})
}

// Client returns the client with the given ID, or nil if there is none that the
// server accepts. It returns keys.ErrNoKeys before there are keys.
func (r *Registry) Client(id string) (*Client, error) {
	set, err := r.Keys.Current()
	if err != nil {
		return nil, err
	}
	epoch := r.epoch.Load()
	claimants, err := r.OAuthClients.Objects().ByIndex(indexClientID, id)
	if err != nil {
		return nil, fmt.Errorf("look up client: %w", err)
	}
	if len(claimants) == 1 {
		object, _ := claimants[0].(*oauthv1alpha1.OAuthClient)
		crowd := r.crowd.Version(object.Namespace)
		if d, ok := r.decided.Load(id); ok {
			if d, ok := d.(decision); ok && d.epoch == epoch && d.crowd == crowd && d.object == object && d.keys == set {
				return d.client, nil
			}
		}
		client := r.decide(set, object, claimants)
		r.decided.Store(id, decision{epoch: epoch, crowd: crowd, object: object, keys: set, client: client})
		return client, nil
	}
	for _, claimant := range claimants {
		object, _ := claimant.(*oauthv1alpha1.OAuthClient)
		if client := r.decide(set, object, claimants); client != nil {
			return client, nil
		}
	}
	return nil, nil //nolint:nilnil // that there is no such client is an answer
}

// Notified reports whether there may be a client that wants to be told that somebody
// signed out.
func (r *Registry) Notified() bool {
	return len(r.OAuthClients.Objects().ListIndexFuncValues(indexLogout)) > 0
}

// AllowsOrigin reports whether scripts of a web origin belong to a client that the
// server accepts.
func (r *Registry) AllowsOrigin(origin string) bool {
	objects, err := r.OAuthClients.Objects().ByIndex(indexOrigin, origin)
	if err != nil {
		return false
	}
	for _, object := range objects {
		claimant, ok := object.(*oauthv1alpha1.OAuthClient)
		if !ok {
			continue
		}
		if client, err := r.Client(claimant.ClientID()); err == nil && client != nil && client.UID() == claimant.UID {
			return true
		}
	}
	return false
}

// decide applies the rules to one claimant of a client ID.
func (r *Registry) decide(set *keys.Set, object *oauthv1alpha1.OAuthClient, claimants []any) *Client {
	candidates := make([]clientspec.Candidate, 0, len(claimants))
	for _, claimant := range claimants {
		if claimant, ok := claimant.(*oauthv1alpha1.OAuthClient); ok {
			candidates = append(candidates, r.candidate(claimant))
		}
	}
	self := r.candidate(object)
	self.Redirects = resolved(set, object)
	d := clientspec.Decide(self, clientspec.World{
		Servers:   watch.All[*oauthv1alpha1.OAuthServer](r.OAuthServers),
		Policies:  watch.All[*oauthv1alpha1.OAuthClientPolicy](r.Policies),
		Claimants: candidates, Crowd: &r.crowd,
	})
	if d.Refusal != nil || d.Server.Namespace != r.Namespace || d.Server.Name != r.Name || object.DeletionTimestamp != nil {
		return nil
	}
	var verified []credentials.Credential
	for _, entry := range object.Status.Credentials {
		if credential, err := credentials.Open(set.Peppers(), object.UID, entry); err == nil {
			verified = append(verified, credential)
		}
	}
	return New(d.Client, verified...)
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

func labelsOf(object any) map[string]string {
	if metadata, ok := object.(*metav1.PartialObjectMetadata); ok {
		return metadata.Labels
	}
	return nil
}
