package sealed

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
)

// Source has the clients that registered without a token.
type Source struct {
	Issuer   func() string
	Settings func() *serverspec.Settings
	Keys     *keys.Store
	Now      func() time.Time
}

var _ lookup.Source = (*Source)(nil)

// Client implements lookup.Source.
func (s *Source) Client(id string) (*clients.Client, error) {
	settings := s.Settings()
	anonymous := settings.Registration.Anonymous
	if anonymous == nil || !clientid.IsSealed(id) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	set, err := s.Keys.Current()
	if err != nil {
		return nil, err
	}
	issuer := s.Issuer()
	c := open(set, issuer, id)
	if c == nil || !c.counts(settings, s.Now()) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	return clientOf(set, issuer, id, c, settings), nil
}

// clientOf returns the client with an ID that was opened.
func clientOf(set *keys.Set, issuer, id string, c *content, settings *serverspec.Settings) *clients.Client {
	client := clients.New(specOf(id, c, settings)).Described(clients.Document{Name: c.Name, Refreshes: c.Refreshes, RedirectURIs: c.Redirects})
	if c.Method == "" {
		return client
	}
	return client.WithSecret(func(secret string) bool { return isSecret(set, issuer, id, secret) })
}

// counts reports whether what was registered still does.
func (c *content) counts(settings *serverspec.Settings, now time.Time) bool {
	a := settings.Registration.Anonymous
	return (c.System == "" || settings.Speaks(c.System)) && now.Before(c.issued().Add(a.Lifetime)) && !c.issued().Before(a.NotBefore) &&
		!slices.ContainsFunc(c.Redirects, func(uri string) bool { return !allowed(a, uri) })
}

// specOf returns what a client may do.
func specOf(id string, c *content, settings *serverspec.Settings) clientspec.Client {
	anonymous := settings.Registration.Anonymous
	spec := clientspec.Client{
		ID: id, UID: types.UID(clientid.OfRegistration(id)), Method: oauthv1alpha1.AuthenticationNone,
		GrantTypes: []string{string(oauthv1alpha1.GrantAuthorizationCode), string(oauthv1alpha1.GrantRefreshToken)},
		Scopes:     c.scopes(anonymous),
		Audiences:  append(slices.Clone(anonymous.Audiences), settings.Issuer),
		Tokens:     settings.Tokens,
		Interactive: clientspec.Interactive{
			DisplayName: hostOf(c.Redirects[0]), PKCE: oauthv1alpha1.PKCERequired, PushedAuthorization: settings.PushedAuthorization || c.Pushes,
			Consent: oauthv1alpha1.ConsentPrompt,
		},
	}
	if c.Method != "" {
		spec.Method = c.Method
	}
	if c.withoutPKCE() {
		spec.Interactive.PKCE = oauthv1alpha1.PKCEOptional
	}
	// Whoever registers can ask for a stricter binding, not for another one than the OAuthServer's.
	if c.DPoP && spec.Tokens.AccessBinding != oauthv1alpha1.AccessTokenBindingCertificate {
		spec.Tokens.AccessBinding = oauthv1alpha1.AccessTokenBindingDPoP
	}
	return spec
}

// Refusal returns why there is no client with an ID, as an error for the user; nil where the ID
// is none of a client that registered.
func Refusal(id string, settings *serverspec.Settings) error {
	switch {
	case !clientid.IsSealed(id):
		return nil
	case settings.Registration.Anonymous == nil:
		return httpx.BadRequest(httpx.CodeUnauthorizedClient,
			"Applications that register themselves are not accepted here. The administrator of this server can accept them: spec.registration.anonymous of the OAuthServer.")
	}
	return httpx.BadRequest(httpx.CodeInvalidClient,
		"The application registered itself here, but that has expired or was ended. Remove this server from the application and add it again, so that it registers again.")
}
