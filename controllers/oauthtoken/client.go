package oauthtoken

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
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// ofClient returns where tokens of an OAuthClient come from.
func (r *Reconciler) ofClient(ctx context.Context, p *pass) (source, *problem, error) {
	s, name := source{}, p.Spec.ClientRef.Name
	c := &oauthv1alpha1.OAuthClient{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: p.Namespace, Name: name}, c)
	if err != nil && !apierrors.IsNotFound(err) {
		return s, nil, fmt.Errorf("get client: %w", err)
	}
	if apierrors.IsNotFound(err) {
		return s, &problem{oauthv1alpha1.ReasonClientNotFound, fmt.Sprintf("OAuthClient %q does not exist in this namespace.", name), false}, nil
	}
	if why := unusable(p, c); why != "" {
		return s, &problem{oauthv1alpha1.ReasonClientNotUsable, fmt.Sprintf("OAuthClient %q cannot be used: %s.", name, why), false}, nil
	}
	server := &oauthv1alpha1.OAuthServer{}
	ref := c.Status.ServerRef
	err = r.Client.Get(ctx, client.ObjectKey{Namespace: cmp.Or(ref.Namespace, c.Namespace), Name: ref.Name}, server)
	if err != nil && !apierrors.IsNotFound(err) {
		return s, nil, fmt.Errorf("get server: %w", err)
	}
	if apierrors.IsNotFound(err) {
		return s, &problem{oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf("The OAuthServer of OAuthClient %q does not exist.", name), false}, nil
	}
	urls := serverspec.EndpointsFor(server, c)
	s.provider = provider.Provider{Issuer: server.Spec.Issuer, Authorization: urls.Authorization, Token: urls.Token, IssParameter: true}
	trusted, calls := server.Status.CertificateAuthorities, r.Calls.Issuer
	s.endpoint = urls.Token
	if internal := server.Status.Internal; internal != nil {
		s.endpoint, calls = internal.Token, r.Calls.Service
	}
	s.through = func() *http.Client { return calls(trusted) }
	s.client = request.Client{ID: c.ClientID(), Authentication: oauthv1alpha1.TokenClientAuthentication(c.Spec.Authentication.Method)}
	s.fingerprint = fingerprint(p.OAuthToken, []string{string(c.UID), c.ClientID(), server.Spec.Issuer})
	if !c.Spec.Authentication.Method.HasSecret() {
		return s, nil, nil
	}
	secret, err := r.secret(ctx, p, c.ClientSecretName())
	if err != nil {
		return s, nil, err
	}
	if secret == nil || !manifest.Owned(secret, c) {
		return s, &problem{oauthv1alpha1.ReasonClientNotUsable, fmt.Sprintf("OAuthClient %q cannot be used: its Secret is not there.", name), false}, nil
	}
	s.client.Secret = manifest.ValueOf(secret, c)
	return s, nil, nil
}

// unusable says why an OAuthClient cannot be used; empty if it can.
func unusable(p *pass, c *oauthv1alpha1.OAuthClient) string {
	method := c.Spec.Authentication.Method
	wanted := []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}
	if p.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode {
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
