package oauthserver

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

const (
	// permitted and notPermitted are how long an answer of the API server about the operator's
	// own rights counts.
	permitted, notPermitted = 10 * time.Minute, recheck
	// maxNamed is how many namespaces a message names.
	maxNamed = 5
)

// permissions remembers where the operator may write OAuthClients.
type permissions struct {
	mu    sync.Mutex
	known map[string]permission
}

type permission struct {
	allowed bool
	until   time.Time
}

// reconcileRegistration owns the condition RegistrationReady. It returns when to look again:
// nothing tells the operator that it got a Role.
func (r *Reconciler) reconcileRegistration(ctx context.Context, server *oauthv1alpha1.OAuthServer, set conditions.Set, look time.Time) (time.Time, error) {
	wanted := serverspec.Of(server).Registration.Namespaces
	if len(wanted) == 0 {
		set.Remove(oauthv1alpha1.ConditionRegistrationReady)
		return look, nil
	}
	namespaces, err := r.selected(ctx, wanted)
	if err != nil {
		return look, err
	}
	var lacking []string
	for _, namespace := range namespaces {
		allowed, err := r.mayWriteClients(ctx, namespace)
		if err != nil {
			return look, err
		}
		if !allowed {
			lacking = append(lacking, namespace)
		}
	}
	next := r.Now().Add(permitted)
	if len(lacking) == 0 {
		set.True(oauthv1alpha1.ConditionRegistrationReady, oauthv1alpha1.ReasonRegistrationPermitted,
			"The operator may write OAuthClients wherever spec.registration.namespaces lets clients be registered.")
	} else {
		next = r.Now().Add(notPermitted)
		named := strings.Join(lacking[:min(len(lacking), maxNamed)], ", ")
		set.False(oauthv1alpha1.ConditionRegistrationReady, oauthv1alpha1.ReasonRegistrationNotPermitted, fmt.Sprintf(
			"The operator may not create, update and delete OAuthClients in %d namespaces of spec.registration.namespaces: %s. "+
				"Give its ServiceAccount a Role there, or list the namespaces in registration.namespaces of the chart.", len(lacking), named))
	}
	if look.IsZero() || next.Before(look) {
		look = next
	}
	return look, nil
}

// selected returns the namespaces in which clients can be registered, each once.
func (r *Reconciler) selected(ctx context.Context, wanted []serverspec.RegistrationNamespace) ([]string, error) {
	list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NamespaceList"}}
	if err := r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	var out []string
	for i := range list.Items {
		namespace := &list.Items[i]
		for _, w := range wanted {
			if w.Name == namespace.Name || w.Selector != nil && w.Selector.Matches(labels.Set(namespace.Labels)) {
				out = append(out, namespace.Name)
				break
			}
		}
	}
	return out, nil
}

// mayWriteClients reports whether the operator may write the OAuthClients of a namespace.
func (r *Reconciler) mayWriteClients(ctx context.Context, namespace string) (bool, error) {
	r.permissions.mu.Lock()
	known, ok := r.permissions.known[namespace]
	r.permissions.mu.Unlock()
	if ok && r.Now().Before(known.until) {
		return known.allowed, nil
	}
	now := permission{allowed: true, until: r.Now().Add(permitted)}
	for _, verb := range []string{"create", "update", "delete"} {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: verb, Group: oauthv1alpha1.GroupVersion.Group, Resource: "oauthclients",
			},
		}}
		if err := r.Client.Create(ctx, review); err != nil {
			return false, fmt.Errorf("ask for the operator's rights: %w", err)
		}
		if !review.Status.Allowed {
			now = permission{until: r.Now().Add(notPermitted / 2)}
			break
		}
	}
	r.permissions.mu.Lock()
	defer r.permissions.mu.Unlock()
	if r.permissions.known == nil {
		r.permissions.known = map[string]permission{}
	}
	r.permissions.known[namespace] = now
	return now.allowed, nil
}
