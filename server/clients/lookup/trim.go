package lookup

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Trim drops what the server does not read of an OAuthClient. Of one that was registered, its
// registration is answered when it is Served.
func Trim(object any) {
	client, ok := object.(*oauthv1alpha1.OAuthClient)
	if !ok {
		return
	}
	client.Spec.Contacts, client.Spec.Secret.Template = nil, nil
	if client.Labels[oauthv1alpha1.LabelRegistered] == "" {
		client.Status.Conditions = nil
		return
	}
	client.Status.Conditions = slices.DeleteFunc(client.Status.Conditions, func(c metav1.Condition) bool {
		return c.Type != oauthv1alpha1.ConditionServed
	})
}
