package sweeper

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthidentityproviders;oauthservers;oauthusers,verbs=get;list;watch

// existing is who there is.
type existing struct {
	servers []oauthv1alpha1.OAuthServer
	// served has the namespaces of servers, with the widest of their bounds for users.
	served map[string]serverspec.Bounds
	// documents has, by namespace, which clients without an OAuthClient its servers accept.
	documents map[string][]*serverspec.Documents
	// anonymous has, by namespace, which clients register without a token at its servers.
	anonymous map[string][]*serverspec.Anonymous
	// clients are the UIDs of OAuthClients.
	clients map[string]bool
	// users are the UIDs, and the subjects, of OAuthUsers by namespace.
	users map[inNamespace]bool
	// providers are the names of OAuthIdentityProviders.
	providers map[inNamespace]bool
	// former says since when others have been known not to exist.
	former map[inNamespace]time.Time
}

type inNamespace struct{ namespace, value string }

// read returns who there is in a cache or at the API server. There it takes one
// request for each kind, so that none is missed that moves while it reads.
func read(ctx context.Context, from client.Reader) (*existing, error) {
	servers, clients, users := &oauthv1alpha1.OAuthServerList{}, &oauthv1alpha1.OAuthClientList{}, &oauthv1alpha1.OAuthUserList{}
	providers := &oauthv1alpha1.OAuthIdentityProviderList{}
	for _, list := range []client.ObjectList{servers, clients, users, providers} {
		if err := from.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("list clients, users, providers and servers: %w", err)
		}
	}
	e := &existing{
		servers: servers.Items, served: map[string]serverspec.Bounds{}, documents: map[string][]*serverspec.Documents{},
		anonymous: map[string][]*serverspec.Anonymous{},
		clients:   map[string]bool{}, users: map[inNamespace]bool{},
		providers: map[inNamespace]bool{}, former: map[inNamespace]time.Time{},
	}
	for i := range servers.Items {
		settings := serverspec.Of(&servers.Items[i])
		wide, b := e.served[servers.Items[i].Namespace], settings.Bounds
		b.MaxGrantsPerUser, b.MaxLoginsPerUser = max(b.MaxGrantsPerUser, wide.MaxGrantsPerUser), max(b.MaxLoginsPerUser, wide.MaxLoginsPerUser)
		e.served[servers.Items[i].Namespace] = b
		e.documents[servers.Items[i].Namespace] = append(e.documents[servers.Items[i].Namespace], settings.Documents)
		e.anonymous[servers.Items[i].Namespace] = append(e.anonymous[servers.Items[i].Namespace], settings.Registration.Anonymous)
		e.remember(&servers.Items[i])
	}
	for i := range providers.Items {
		e.providers[inNamespace{providers.Items[i].Namespace, providers.Items[i].Name}] = true
	}
	for i := range clients.Items {
		e.clients[string(clients.Items[i].UID)] = true
	}
	for i := range users.Items {
		u := &users.Items[i]
		e.users[inNamespace{u.Namespace, string(u.UID)}] = true
		e.users[inNamespace{u.Namespace, u.Subject()}] = true
	}
	return e, nil
}

// lacks reports whether the client or the user of an object is not there. Where
// there is no server, that cannot be known: it may come back with its keys.
func (e *existing) lacks(r record) bool {
	if _, ok := e.served[r.namespace]; !ok {
		return false
	}
	if e.lacksClient(r) {
		return true
	}
	if !strings.HasPrefix(r.subject, oauthv1alpha1.SubjectPrefix) {
		return false
	}
	user := r.subject
	if r.userUID != "" {
		user = r.userUID
	}
	return !e.users[inNamespace{r.namespace, user}]
}
