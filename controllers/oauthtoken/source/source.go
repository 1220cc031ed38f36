package source

import (
	"context"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
)

// Source is where tokens come from.
type Source struct {
	Provider provider.Provider
	// Endpoint is where token requests go: inside the cluster where that is possible.
	Endpoint string
	Client   request.Client
	// Through makes the client that sends token requests.
	Through func() *http.Client
	// Server is the OAuthServer at which people authorize; nil for client_credentials.
	Server *oauthv1alpha1.OAuthServer
	// Fingerprint is that of what tokens are issued for.
	Fingerprint string
}

// Finder finds sources.
type Finder struct {
	// Cached reads from the cache, and Live from the API server.
	Cached, Live client.Reader
	// Providers finds the endpoints of issuers.
	Providers *provider.Discoverer
	// Calls makes the clients that call token endpoints.
	Calls Calls
}

// Find returns where tokens of an OAuthToken come from, as far as that is known, and why none can
// be requested.
func (f *Finder) Find(ctx context.Context, token *oauthv1alpha1.OAuthToken) (Source, *problem.Problem, error) {
	found, why, err := f.find(ctx, token)
	if err != nil {
		return found, nil, err
	}
	// Who sets up a client at a provider needs the redirect URI before there is a client secret.
	if token.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode && (why == nil || token.Spec.ClientRef == nil) {
		server, other, err := f.serverOf(ctx, token)
		if err != nil {
			return found, nil, err
		}
		found.Server = server
		if why == nil {
			why = other
		}
	}
	return found, why, nil
}

func (f *Finder) find(ctx context.Context, token *oauthv1alpha1.OAuthToken) (Source, *problem.Problem, error) {
	if token.Spec.ClientRef != nil {
		return f.ofClient(ctx, token)
	}
	return f.ofProvider(ctx, token)
}

// Status returns what the status says of the provider, nil while it is not known.
func (s *Source) Status(grant oauthv1alpha1.TokenGrant) *oauthv1alpha1.TokenProviderStatus {
	at := s.Provider
	if at.Token == "" {
		return nil
	}
	status := &oauthv1alpha1.TokenProviderStatus{Host: at.Host(), Issuer: at.Issuer, ClientID: s.Client.ID}
	if grant == oauthv1alpha1.TokenGrantAuthorizationCode {
		status.AuthorizationEndpoint, status.IssParameter = at.Authorization, at.IssParameter
	}
	return status
}

// Secret reads a Secret, nil if there is none.
func Secret(ctx context.Context, reader client.Reader, namespace, name string) (*corev1.Secret, error) {
	secret := &corev1.Secret{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, secret)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("get secret: %w", err)
	}
	return secret, nil
}
