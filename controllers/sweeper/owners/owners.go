package owners

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthclients;oauthidentityproviders;oauthservers;oauthusers,verbs=get;list;watch

// Owners are who there is.
type Owners struct {
	Servers []oauthv1alpha1.OAuthServer
	// Bounds has the namespaces of servers, with the widest of their bounds for users.
	Bounds map[string]serverspec.Bounds

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
	// absent is what this process has found of them.
	absent Absent
}

type inNamespace struct{ namespace, value string }

// Owner is whose a session object is, as far as it says that.
type Owner struct {
	Namespace string
	// ClientUID and ClientID name the client, Subject and UserUID the user.
	ClientUID, ClientID, Subject, UserUID string
	// Provider names the OAuthIdentityProvider of the user; empty for an OAuthUser.
	Provider string
	// IssuedAt is when a code was redeemed; zero for all but Grants.
	IssuedAt time.Time
}

// Read returns who there is in a cache or at the API server. There it takes one
// request for each kind, so that none is missed that moves while it reads.
func Read(ctx context.Context, from client.Reader) (*Owners, error) {
	servers, clients, users := &oauthv1alpha1.OAuthServerList{}, &oauthv1alpha1.OAuthClientList{}, &oauthv1alpha1.OAuthUserList{}
	providers := &oauthv1alpha1.OAuthIdentityProviderList{}
	for _, list := range []client.ObjectList{servers, clients, users, providers} {
		if err := from.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("list clients, users, providers and servers: %w", err)
		}
	}
	return Of(servers.Items, clients.Items, users.Items, providers.Items), nil
}

// Of returns the owners that some objects are.
func Of(servers []oauthv1alpha1.OAuthServer, clients []oauthv1alpha1.OAuthClient, users []oauthv1alpha1.OAuthUser, providers []oauthv1alpha1.OAuthIdentityProvider) *Owners {
	all := &Owners{
		Servers: servers, Bounds: map[string]serverspec.Bounds{}, documents: map[string][]*serverspec.Documents{},
		anonymous: map[string][]*serverspec.Anonymous{},
		clients:   map[string]bool{}, users: map[inNamespace]bool{},
		providers: map[inNamespace]bool{}, former: map[inNamespace]time.Time{},
	}
	for i := range servers {
		settings, namespace := serverspec.Of(&servers[i]), servers[i].Namespace
		wide, b := all.Bounds[namespace], settings.Bounds
		b.MaxGrantsPerUser, b.MaxLoginsPerUser = max(b.MaxGrantsPerUser, wide.MaxGrantsPerUser), max(b.MaxLoginsPerUser, wide.MaxLoginsPerUser)
		all.Bounds[namespace] = b
		all.documents[namespace] = append(all.documents[namespace], settings.Documents)
		all.anonymous[namespace] = append(all.anonymous[namespace], settings.Registration.Anonymous)
		all.remember(&servers[i])
	}
	for i := range providers {
		all.providers[inNamespace{providers[i].Namespace, providers[i].Name}] = true
	}
	for i := range clients {
		all.clients[string(clients[i].UID)] = true
	}
	for i := range users {
		u := &users[i]
		all.users[inNamespace{u.Namespace, string(u.UID)}] = true
		all.users[inNamespace{u.Namespace, u.Subject()}] = true
	}
	return all
}

// Lack reports whether the client or the user of an object is not there. Where
// there is no server, that cannot be known: it may come back with its keys.
func (all *Owners) Lack(o Owner) bool {
	if _, ok := all.Bounds[o.Namespace]; !ok {
		return false
	}
	if all.lackClient(o) {
		return true
	}
	if !strings.HasPrefix(o.Subject, oauthv1alpha1.SubjectPrefix) {
		return false
	}
	return !all.users[inNamespace{o.Namespace, cmp.Or(o.UserUID, o.Subject)}]
}
