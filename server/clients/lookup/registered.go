package lookup

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/watch"
)

// Candidate returns the OAuthClient with the given name, or nil if the copy has none.
func (r *Registry) Candidate(namespace, name string) *oauthv1alpha1.OAuthClient {
	object, _, _ := r.OAuthClients.Objects().GetByKey(namespace + "/" + name)
	client, _ := object.(*oauthv1alpha1.OAuthClient)
	return client
}

// Registered returns the client that was made of a generation of a Registration, nil until
// every replica has loaded it.
func (r *Registry) Registered(namespace, name string, registration types.UID, generation int64) (*clients.Client, error) {
	object := r.Candidate(namespace, name)
	if object == nil || registration == "" || object.Labels[oauthv1alpha1.LabelRegistered] != string(registration) ||
		registered.Generation(object) != generation {
		return nil, nil //nolint:nilnil // that it is not there yet is an answer
	}
	served := meta.FindStatusCondition(object.Status.Conditions, oauthv1alpha1.ConditionServed)
	if served == nil || served.Status != "True" || served.ObservedGeneration != object.Generation {
		return nil, nil //nolint:nilnil // as above
	}
	client, err := r.Client(object.ClientID())
	if err != nil || client == nil || client.UID() != object.UID {
		return nil, err
	}
	return client, nil
}

// Refuses returns why the server would refuse an OAuthClient that is not there yet, or that is
// to be changed; nil if it would accept it.
func (r *Registry) Refuses(object *oauthv1alpha1.OAuthClient) (*clientspec.Refusal, error) {
	claimants, err := r.OAuthClients.Objects().ByIndex(indexClientID, object.ClientID())
	if err != nil {
		return nil, fmt.Errorf("look up client: %w", err)
	}
	inputs := clientspec.Inputs{
		Servers:    watch.All[*oauthv1alpha1.OAuthServer](r.OAuthServers),
		Policies:   watch.All[*oauthv1alpha1.OAuthClientPolicy](r.Policies),
		Namespaces: &r.namespaceIndex,
	}
	inputs.Claimants = r.claimants(claimants)
	return clientspec.Decide(r.candidate(object), inputs).Refusal, nil
}

// CountRegistered returns how many OAuthClients of a namespace were registered.
func (r *Registry) CountRegistered(namespace string) int {
	n := 0
	for _, object := range r.OAuthClients.Objects().List() {
		if c, ok := object.(*oauthv1alpha1.OAuthClient); ok && c.Namespace == namespace && c.Labels[oauthv1alpha1.LabelRegistered] != "" {
			n++
		}
	}
	return n
}

// RegisteredBy returns the OAuthClients of a namespace that someone registered, by their names.
func (r *Registry) RegisteredBy(namespace, registrant string) []*oauthv1alpha1.OAuthClient {
	var out []*oauthv1alpha1.OAuthClient
	for _, object := range r.OAuthClients.Objects().List() {
		c, ok := object.(*oauthv1alpha1.OAuthClient)
		if ok && c.Namespace == namespace && c.Labels[oauthv1alpha1.LabelRegistered] != "" && c.Annotations[oauthv1alpha1.AnnotationRegistrant] == registrant {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *oauthv1alpha1.OAuthClient) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// NamespaceUID returns the UID of a namespace, empty if it is not known.
func (r *Registry) NamespaceUID(name string) types.UID {
	object, _, _ := r.Namespaces.Objects().GetByKey(name)
	if namespace, ok := object.(*metav1.PartialObjectMetadata); ok {
		return namespace.UID
	}
	return ""
}
