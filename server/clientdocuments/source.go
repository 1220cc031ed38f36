package clientdocuments

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
)

// Source has the clients that the OAuthServer accepts, without what they say of themselves:
// what a token request, introspection and userinfo need follows from the ID.
type Source struct {
	// Settings returns what the OAuthServer says.
	Settings func() *serverspec.Settings
}

var _ lookup.Source = (*Source)(nil)

// Client implements lookup.Source.
func (s *Source) Client(id string) (*clients.Client, error) {
	if !clientid.IsURL(id) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	settings := s.Settings()
	if !settings.Documents.Accepts(id) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	return clients.New(specOf(id, settings)), nil
}

// specOf returns what a client may do. It has no credentials, so it cannot get a token of its
// own, and its ID, which does not look like any user's subject, is never a subject.
func specOf(id string, settings *serverspec.Settings) clientspec.Client {
	host, _ := clientid.Host(id)
	return clientspec.Client{
		ID: id, UID: types.UID(clientid.OfDocument(id)), Method: oauthv1alpha1.AuthenticationNone,
		GrantTypes: []string{string(oauthv1alpha1.GrantAuthorizationCode), string(oauthv1alpha1.GrantRefreshToken)},
		Scopes:     settings.Documents.Scopes,
		Audiences:  append(slices.Clone(settings.Documents.Audiences), settings.Issuer),
		Tokens:     settings.Tokens,
		Interactive: clientspec.Interactive{
			DisplayName: host, PKCE: oauthv1alpha1.PKCERequired, PushedAuthorization: settings.PushedAuthorization,
			Consent: oauthv1alpha1.ConsentPrompt,
		},
	}
}
