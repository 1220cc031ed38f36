package oauthtoken

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	tokenmanifest "github.com/grantor-dev/grantor/controllers/oauthtoken/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// source is where tokens come from.
type source struct {
	provider provider.Provider
	// endpoint is where token requests go: inside the cluster where that is possible.
	endpoint string
	client   request.Client
	through  *http.Client
	// server is the OAuthServer at which people authorize; nil for client_credentials.
	server *oauthv1alpha1.OAuthServer
	// fingerprint is that of what tokens are issued for.
	fingerprint string
}

// problem is why there is no token. Only a user can cure one that is stalled.
type problem struct {
	reason, message string
	stalled         bool
}

// resolve finds out where tokens come from. What cannot be is a problem of the pass.
func (r *Reconciler) resolve(ctx context.Context, p *pass) error {
	found, why, err := r.sourceOf(ctx, p)
	if err != nil {
		return err
	}
	p.source = found
	// Who sets up a client at a provider needs the redirect URI before there is a client secret.
	if p.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode && (why == nil || p.Spec.ClientRef == nil) {
		server, other, err := r.serverOf(ctx, p)
		if err != nil {
			return err
		}
		p.source.server = server
		if why == nil {
			why = other
		}
	}
	if err := tokenmanifest.Check(p.OAuthToken, found.client.ID); why == nil && err != nil {
		why = &problem{oauthv1alpha1.ReasonTemplateRefused, err.Error() + ".", true}
	}
	if p.problem == nil {
		p.problem = why
	}
	return nil
}

func (r *Reconciler) sourceOf(ctx context.Context, p *pass) (source, *problem, error) {
	if p.Spec.ClientRef != nil {
		return r.ofClient(ctx, p)
	}
	s := source{through: r.Calls.Public, client: request.Client{ID: p.Spec.ClientID, Authentication: authentication(&p.Spec)}}
	known, ok := provider.Known(p.Spec.Provider)
	if !ok {
		var err error
		known, err = r.Providers.Discover(ctx, string(p.Spec.Provider.Custom.Issuer))
		if errors.Is(err, outbound.ErrAddress) {
			return s, unreachable(), nil
		}
		if err != nil {
			return s, &problem{oauthv1alpha1.ReasonProviderNotUsable, fmt.Sprintf("The provider cannot be used: %s.", err), false}, nil
		}
		if known.Authorization == "" && p.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode {
			return s, &problem{oauthv1alpha1.ReasonProviderNotUsable, "The provider cannot be used: its metadata names no authorization endpoint.", false}, nil
		}
	}
	s.provider, s.endpoint = known, known.Token
	s.fingerprint = fingerprint(p.OAuthToken, p.Spec.Provider)
	why, err := r.clientSecret(ctx, p, &s)
	return s, why, err
}

func unreachable() *problem {
	return &problem{oauthv1alpha1.ReasonAddressNotAllowed,
		"The provider has an address that is not public, and not in the operator's --outbound-networks. Ask the administrator of the cluster to allow it.", true}
}

// authentication returns how the client authenticates at a provider.
func authentication(spec *oauthv1alpha1.OAuthTokenSpec) oauthv1alpha1.TokenClientAuthentication {
	if spec.Provider.Preset != "" {
		return cmp.Or(spec.ClientAuthentication, oauthv1alpha1.TokenClientSecretPost)
	}
	return cmp.Or(spec.ClientAuthentication, oauthv1alpha1.TokenClientSecretBasic)
}

// fingerprint returns that of what tokens are issued for. Where it changes, a refresh token
// must not be sent any more, and the access token has to be another one.
func fingerprint(token *oauthv1alpha1.OAuthToken, from any) string {
	spec := token.Spec
	// Maps are encoded in the order of their keys.
	text, _ := json.Marshal([]any{from, spec.ClientID, spec.Grant, slices.Sorted(slices.Values(spec.Scopes)), spec.Parameters, spec.TokenParameters})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// maxClientSecret is how many bytes a client secret may have.
const maxClientSecret = 4096

// clientSecret reads the client secret for a provider.
func (r *Reconciler) clientSecret(ctx context.Context, p *pass, s *source) (*problem, error) {
	ref := p.Spec.ClientSecretRef
	if ref == nil {
		return nil, nil //nolint:nilnil // a public client has none
	}
	secret, err := r.secret(ctx, p, ref.Name)
	if err != nil {
		return nil, err
	}
	if secret == nil {
		return &problem{oauthv1alpha1.ReasonClientSecretNotFound, fmt.Sprintf("Secret %q, which spec.clientSecretRef names, does not exist.", ref.Name), false}, nil
	}
	value := string(secret.Data[string(ref.Key)])
	part := secret.Labels[oauthv1alpha1.LabelPartOf]
	refused := func(why string) (*problem, error) {
		return &problem{oauthv1alpha1.ReasonClientSecretRefused, fmt.Sprintf("The key %q of Secret %q cannot be the client secret: %s.", ref.Key, ref.Name, why), false}, nil
	}
	switch {
	case part == oauthv1alpha1.PartOfKeys, part == oauthv1alpha1.PartOfPasswords:
		return refused("the Secret belongs to an OAuthServer")
	case secret.Type != corev1.SecretTypeOpaque && secret.Type != corev1.SecretTypeBasicAuth && manifest.ReservedType(string(secret.Type)):
		return refused(fmt.Sprintf("the Secret is of type %s, which is for other things", secret.Type))
	case value == "":
		return refused("there is no such key, or it is empty")
	case len(value) > maxClientSecret:
		return refused(fmt.Sprintf("it has more than %d bytes", maxClientSecret))
	case strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c > '~' }):
		return refused("it has characters other than printable ASCII without spaces; does a line break end it?")
	}
	s.client.Secret = value
	return nil, nil //nolint:nilnil // nothing is wrong with it
}

// ofClient returns where tokens of an OAuthClient come from.
func (r *Reconciler) ofClient(ctx context.Context, p *pass) (source, *problem, error) {
	s, name := source{}, p.Spec.ClientRef.Name
	c := &oauthv1alpha1.OAuthClient{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: p.Namespace, Name: name}, c)
	if client.IgnoreNotFound(err) != nil {
		return s, nil, fmt.Errorf("get client: %w", err)
	}
	if err != nil {
		return s, &problem{oauthv1alpha1.ReasonClientNotFound, fmt.Sprintf("OAuthClient %q does not exist in this namespace.", name), false}, nil
	}
	if why := unusable(p, c); why != "" {
		return s, &problem{oauthv1alpha1.ReasonClientNotUsable, fmt.Sprintf("OAuthClient %q cannot be used: %s.", name, why), false}, nil
	}
	server := &oauthv1alpha1.OAuthServer{}
	ref := c.Status.ServerRef
	err = r.Client.Get(ctx, client.ObjectKey{Namespace: cmp.Or(ref.Namespace, c.Namespace), Name: ref.Name}, server)
	if client.IgnoreNotFound(err) != nil {
		return s, nil, fmt.Errorf("get server: %w", err)
	}
	if err != nil {
		return s, &problem{oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf("The OAuthServer of OAuthClient %q does not exist.", name), false}, nil
	}
	urls := serverspec.EndpointsFor(server, c)
	s.provider = provider.Provider{Issuer: server.Spec.Issuer, Authorization: urls.Authorization, Token: urls.Token, IssParameter: true}
	s.endpoint, s.through = urls.Token, r.Calls.Issuer(server.Status.CertificateAuthorities)
	if internal := server.Status.Internal; internal != nil {
		s.endpoint, s.through = internal.Token, r.Calls.Service(server.Status.CertificateAuthorities)
	}
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
