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

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	tokenmanifest "github.com/grantor-dev/grantor/controllers/oauthtoken/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// source is where tokens come from.
type source struct {
	provider provider.Provider
	// endpoint is where token requests go: inside the cluster where that is possible.
	endpoint string
	client   request.Client
	// through makes the client that sends token requests.
	through func() *http.Client
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
	s := source{through: func() *http.Client { return r.Calls.Public }, client: request.Client{ID: p.Spec.ClientID, Authentication: authentication(&p.Spec)}}
	known, ok := provider.Known(p.Spec.Provider)
	if !ok {
		var err error
		known, err = r.Providers.Discover(ctx, p.Namespace, string(p.Spec.Provider.Custom.Issuer))
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
