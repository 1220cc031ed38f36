package source

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// ofClient returns where tokens of an OAuthClient come from.
func (f *Finder) ofClient(ctx context.Context, token *oauthv1alpha1.OAuthToken) (Source, *problem.Problem, error) {
	s, name := Source{}, token.Spec.ClientRef.Name
	c := &oauthv1alpha1.OAuthClient{}
	err := f.Cached.Get(ctx, client.ObjectKey{Namespace: token.Namespace, Name: name}, c)
	if err != nil && !apierrors.IsNotFound(err) {
		return s, nil, fmt.Errorf("get client: %w", err)
	}
	if apierrors.IsNotFound(err) {
		return s, problem.New(oauthv1alpha1.ReasonClientNotFound, fmt.Sprintf("OAuthClient %q does not exist in this namespace.", name)), nil
	}
	if why := unusable(token, c); why != "" {
		return s, problem.New(oauthv1alpha1.ReasonClientNotUsable, fmt.Sprintf("OAuthClient %q cannot be used: %s.", name, why)), nil
	}
	server := &oauthv1alpha1.OAuthServer{}
	ref := c.Status.ServerRef
	err = f.Cached.Get(ctx, client.ObjectKey{Namespace: cmp.Or(ref.Namespace, c.Namespace), Name: ref.Name}, server)
	if err != nil && !apierrors.IsNotFound(err) {
		return s, nil, fmt.Errorf("get server: %w", err)
	}
	if apierrors.IsNotFound(err) {
		return s, problem.New(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf("The OAuthServer of OAuthClient %q does not exist.", name)), nil
	}
	urls := serverspec.EndpointsFor(server, c)
	s.Provider = provider.Provider{Issuer: server.Spec.Issuer, Authorization: urls.Authorization, Token: urls.Token, IssParameter: true}
	trusted, calls := server.Status.CertificateAuthorities, f.Calls.Issuer
	s.Endpoint = urls.Token
	if internal := server.Status.Internal; internal != nil {
		s.Endpoint, calls = internal.Token, f.Calls.Service
	}
	s.Through = func() *http.Client { return calls(trusted) }
	s.Client = request.Client{ID: c.ClientID(), Authentication: oauthv1alpha1.TokenClientAuthentication(c.Spec.Authentication.Method)}
	s.Fingerprint = fingerprint(token, []string{string(c.UID), c.ClientID(), server.Spec.Issuer})
	if !c.Spec.Authentication.Method.HasSecret() {
		return s, nil, nil
	}
	secret, err := Secret(ctx, f.Live, token.Namespace, c.ClientSecretName())
	if err != nil {
		return s, nil, err
	}
	if secret == nil || !manifest.Owned(secret, c) {
		return s, problem.New(oauthv1alpha1.ReasonClientNotUsable, fmt.Sprintf("OAuthClient %q cannot be used: its Secret is not there.", name)), nil
	}
	s.Client.Secret = manifest.ValueOf(secret, c)
	return s, nil, nil
}

// unusable says why an OAuthClient cannot be used; empty if it can.
func unusable(token *oauthv1alpha1.OAuthToken, c *oauthv1alpha1.OAuthClient) string {
	method := c.Spec.Authentication.Method
	wanted := []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}
	if token.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode {
		wanted = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantRefreshToken}
	}
	for _, grant := range wanted {
		if !slices.Contains(c.Spec.GrantTypes, grant) {
			return fmt.Sprintf("its spec.grantTypes lacks %s", grant)
		}
	}
	switch {
	case !method.HasSecret() && method != oauthv1alpha1.AuthenticationNone:
		return fmt.Sprintf("its authentication.method is %s, and the operator has only its client secret", method)
	case c.Spec.Secret.Derived != nil:
		return "its client secret is derived, and the operator does not have it"
	case c.Status.ServerRef == nil, !isAccepted(c):
		return "it is not accepted; see its condition Accepted"
	case method.HasSecret() && c.Status.SecretName != c.ClientSecretName():
		return "its Secret is not ready; see its condition CredentialsReady"
	}
	return ""
}
