package clients

import oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"

// Trim drops what the server does not read of an OAuthClient.
func Trim(object any) {
	if client, ok := object.(*oauthv1alpha1.OAuthClient); ok {
		client.Spec.Contacts, client.Spec.Secret.Template, client.Status.Conditions = nil, nil, nil
	}
}
