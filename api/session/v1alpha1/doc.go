// Package v1alpha1 holds the kinds that the authorization server writes.
//
// It owns the shape of what is stored about tokens; the sweeper deletes what has
// expired. People have no business with these kinds: they are in no aggregated
// role, and editing one can only end a session, never make one.
//
// +kubebuilder:object:generate=true
// +groupName=session.grantor.dev
package v1alpha1
