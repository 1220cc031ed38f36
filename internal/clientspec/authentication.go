package clientspec

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Authentication is how a client without a shared secret proves who it is.
type Authentication struct {
	// ServiceAccounts are the names, as users, of the ServiceAccounts whose tokens
	// count.
	ServiceAccounts []string
}

func authentication(c *oauthv1alpha1.OAuthClient) Authentication {
	var a Authentication
	for _, account := range c.Spec.Authentication.ServiceAccounts {
		a.ServiceAccounts = append(a.ServiceAccounts, "system:serviceaccount:"+c.Namespace+":"+account.Name)
	}
	return a
}
