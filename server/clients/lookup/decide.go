package lookup

import (
	"fmt"
	"maps"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/watch"
)

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
	inputs.Claimants = r.claimants(claimants)
	namespaces := map[string]bool{}
	for _, claimant := range inputs.Claimants.Clients {
		namespaces[claimant.Namespace] = true
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
	inputs.Claimants = clientspec.Claimants{}
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

// claimants returns what an index found.
func (r *Registry) claimants(objects []any) clientspec.Claimants {
	out := clientspec.Claimants{Clients: make([]*oauthv1alpha1.OAuthClient, 0, len(objects)), Candidate: r.candidate}
	for _, object := range objects {
		if claimant, ok := object.(*oauthv1alpha1.OAuthClient); ok {
			out.Clients = append(out.Clients, claimant)
		}
	}
	return out
}

func (r *Registry) candidate(object *oauthv1alpha1.OAuthClient) clientspec.Candidate {
	namespace, known, _ := r.Namespaces.Objects().GetByKey(object.Namespace)
	return clientspec.Candidate{Client: object, NamespaceLabels: labelsOf(namespace), NamespaceUnknown: !known}
}
