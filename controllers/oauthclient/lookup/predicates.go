package lookup

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// ServerChanged lets through what clients depend on: a new spec, keys that came or went,
// another pepper, or what their Secrets hold. Other status writes would reconcile every
// client for nothing.
func ServerChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		was, is := e.ObjectOld.(*oauthv1alpha1.OAuthServer), e.ObjectNew.(*oauthv1alpha1.OAuthServer)
		return was.Generation != is.Generation || KeysReady(was) != KeysReady(is) || !slices.Equal(usedPeppers(was), usedPeppers(is)) ||
			!equality.Semantic.DeepEqual(was.Status.Internal, is.Status.Internal) || was.Status.CertificateAuthorities != is.Status.CertificateAuthorities
	}}
}

// usedPeppers are the ids of the peppers that are used, or will be.
func usedPeppers(server *oauthv1alpha1.OAuthServer) []string {
	var ids []string
	for _, key := range server.Status.Keys {
		if key.Use == oauthv1alpha1.KeyUsePepper && key.ActiveFrom != nil {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// KeysReady reports whether a server says that all its keys exist.
func KeysReady(server *oauthv1alpha1.OAuthServer) bool {
	return meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
}

// PolicyChanged lets through what clients depend on: another spec, or another policy
// of the same name, which looks like an update where a watch was broken.
func PolicyChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || e.ObjectOld.GetUID() != e.ObjectNew.GetUID()
	}}
}
