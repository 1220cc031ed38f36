package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/provider"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// maxClientSecret is how many bytes a client secret may have.
const maxClientSecret = 4096

// ofProvider returns where tokens of a client at a provider come from.
func (f *Finder) ofProvider(ctx context.Context, token *oauthv1alpha1.OAuthToken) (Source, *problem.Problem, error) {
	spec := &token.Spec
	s := Source{Through: func() *http.Client { return f.Calls.Public }, Client: request.Client{ID: spec.ClientID, Authentication: authentication(spec)}}
	known, ok := provider.Known(spec.Provider)
	if !ok {
		var err error
		known, err = f.Providers.Discover(ctx, token.Namespace, string(spec.Provider.Custom.Issuer))
		if errors.Is(err, outbound.ErrAddress) {
			return s, problem.AddressNotAllowed(), nil
		}
		if err != nil {
			return s, problem.New(oauthv1alpha1.ReasonProviderNotUsable, fmt.Sprintf("The provider cannot be used: %s.", err)), nil
		}
		if known.Authorization == "" && spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode {
			return s, problem.New(oauthv1alpha1.ReasonProviderNotUsable, "The provider cannot be used: its metadata names no authorization endpoint."), nil
		}
	}
	s.Provider, s.Endpoint = known, known.Token
	s.Fingerprint = fingerprint(token, spec.Provider)
	var why *problem.Problem
	var err error
	s.Client.Secret, why, err = f.clientSecret(ctx, token)
	return s, why, err
}

// authentication returns how the client authenticates at a provider.
func authentication(spec *oauthv1alpha1.OAuthTokenSpec) oauthv1alpha1.TokenClientAuthentication {
	if spec.Provider.Preset != "" {
		return cmp.Or(spec.ClientAuthentication, oauthv1alpha1.TokenClientSecretPost)
	}
	return cmp.Or(spec.ClientAuthentication, oauthv1alpha1.TokenClientSecretBasic)
}

// clientSecret reads the client secret for a provider; a public client has none.
func (f *Finder) clientSecret(ctx context.Context, token *oauthv1alpha1.OAuthToken) (string, *problem.Problem, error) {
	ref := token.Spec.ClientSecretRef
	if ref == nil {
		return "", nil, nil
	}
	secret, err := Secret(ctx, f.Live, token.Namespace, ref.Name)
	if err != nil {
		return "", nil, err
	}
	if secret == nil {
		return "", problem.New(oauthv1alpha1.ReasonClientSecretNotFound, fmt.Sprintf("Secret %q, which spec.clientSecretRef names, does not exist.", ref.Name)), nil
	}
	value := string(secret.Data[string(ref.Key)])
	why := cmp.Or(manifest.RefuseUse(secret), manifest.RefuseText(value))
	switch {
	case why != "":
	case value == "":
		why = "there is no such key, or it is empty"
	case len(value) > maxClientSecret:
		why = fmt.Sprintf("it has more than %d bytes", maxClientSecret)
	}
	if why != "" {
		return "", problem.New(oauthv1alpha1.ReasonClientSecretRefused, fmt.Sprintf("The key %q of Secret %q cannot be the client secret: %s.", ref.Key, ref.Name, why)), nil
	}
	return value, nil, nil
}
