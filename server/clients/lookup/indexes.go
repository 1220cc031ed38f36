package lookup

import (
	"fmt"

	"k8s.io/client-go/tools/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	// indexClientID finds the OAuthClients that claim a client ID.
	indexClientID = "clientID"
	// indexOrigin finds those whose scripts run in a web origin.
	indexOrigin = "origin"
	// indexStartPage finds those that the start page may list.
	indexStartPage = "startPage"
	// indexLogout finds those that want to be notified of logouts.
	indexLogout = "logout"
)

// Indexers are the indexes that the copy of OAuthClients must have.
func Indexers() cache.Indexers {
	by := func(keys func(*oauthv1alpha1.OAuthClient) []string) cache.IndexFunc {
		return func(object any) ([]string, error) {
			client, ok := object.(*oauthv1alpha1.OAuthClient)
			if !ok {
				return nil, fmt.Errorf("index of clients: unexpected %T", object)
			}
			return keys(client), nil
		}
	}
	return cache.Indexers{
		indexClientID: by(func(c *oauthv1alpha1.OAuthClient) []string { return []string{c.ClientID()} }),
		indexOrigin: by(func(c *oauthv1alpha1.OAuthClient) []string {
			var origins []string
			for _, origin := range c.Spec.AllowedOrigins {
				origins = append(origins, string(origin))
			}
			return origins
		}),
		indexStartPage: by(func(c *oauthv1alpha1.OAuthClient) []string {
			if c.Spec.StartPage != oauthv1alpha1.StartPageShow {
				return nil
			}
			return []string{string(oauthv1alpha1.StartPageShow)}
		}),
		indexLogout: by(func(c *oauthv1alpha1.OAuthClient) []string {
			if c.Spec.Logout.BackchannelURI == "" {
				return nil
			}
			return []string{"backchannel"}
		}),
	}
}
