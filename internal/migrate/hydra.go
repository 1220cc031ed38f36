package migrate

import (
	"maps"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// hydraClient is an OAuth2Client of hydra.ory.sh.
type hydraClient struct {
	object
	Spec hydraSpec `json:"spec"`

	// raw is the spec with the fields that this program does not know.
	raw map[string]any
}

type hydraSpec struct {
	ClientName              string            `json:"clientName"`
	GrantTypes              []string          `json:"grantTypes"`
	ResponseTypes           []string          `json:"responseTypes"`
	RedirectURIs            []string          `json:"redirectUris"`
	PostLogoutRedirectURIs  []string          `json:"postLogoutRedirectUris"`
	AllowedCORSOrigins      []string          `json:"allowedCorsOrigins"`
	Audience                []string          `json:"audience"`
	Scope                   string            `json:"scope"`
	ScopeArray              []string          `json:"scopeArray"`
	SecretName              string            `json:"secretName"`
	SkipConsent             bool              `json:"skipConsent"`
	TokenEndpointAuthMethod string            `json:"tokenEndpointAuthMethod"`
	TokenLifespans          map[string]string `json:"tokenLifespans"`
	JWKSURI                 string            `json:"jwksUri"`
}

// hydraKnown are the fields of a spec that are read, or that say where Hydra is and
// how hydra-maester works.
var hydraKnown = []string{
	"clientName", "grantTypes", "responseTypes", "redirectUris", "postLogoutRedirectUris", "allowedCorsOrigins", "audience",
	"scope", "scopeArray", "secretName", "skipConsent", "tokenEndpointAuthMethod", "tokenLifespans", "jwksUri",
	"hydraAdmin", "deletionPolicy", "requireExistingSecret",
}

// hydraKeys are the keys of the Secrets that hydra-maester writes, newest first.
var hydraKeys = []struct{ id, secret string }{{"CLIENT_ID", "CLIENT_SECRET"}, {"client_id", "client_secret"}}

func (f *found) hydraObject(text []byte) error {
	var c hydraClient
	if err := decode(text, &c); err != nil {
		return err
	}
	var whole struct {
		Spec map[string]any `json:"spec"`
	}
	if err := decode(text, &whole); err != nil {
		return err
	}
	c.raw = whole.Spec
	f.hydra = append(f.hydra, c)
	return nil
}

// fromHydra returns what the OAuth2Clients of hydra-maester say.
func fromHydra(f *found, notes *report.Report) []application {
	var out []application
	for _, c := range f.hydra {
		a := application{
			source:      describe(c.Kind, f.namespace(c.Metadata.Namespace), c.Metadata.Name),
			namespace:   f.namespace(c.Metadata.Namespace),
			name:        c.Metadata.Name,
			displayName: c.Spec.ClientName,
			grants:      c.Spec.GrantTypes,
			redirects:   c.Spec.RedirectURIs,
			leaving:     c.Spec.PostLogoutRedirectURIs,
			origins:     c.Spec.AllowedCORSOrigins,
			scopes:      append(strings.Fields(c.Spec.Scope), c.Spec.ScopeArray...),
			audiences:   c.Spec.Audience,
			method:      c.Spec.TokenEndpointAuthMethod,
			jwksURI:     c.Spec.JWKSURI,
			formerly:    c.Spec.SecretName,
		}
		a.keys.id, a.keys.secret = hydraKeys[0].id, hydraKeys[0].secret
		c.credentials(f, &a, notes)
		c.lifetimes(&a, notes)
		c.rest(a.source, notes)
		out = append(out, a)
	}
	return out
}

// credentials are in the Secret that hydra-maester wrote.
func (c hydraClient) credentials(f *found, a *application, notes *report.Report) {
	s, there := f.secrets[a.namespace+"/"+c.Spec.SecretName]
	if !there {
		notes.Lostf("%s: Secret %s is not in the input, so neither the client ID nor the client secret is kept; add it", a.source, report.Printable(c.Spec.SecretName))
		return
	}
	for _, keys := range hydraKeys {
		if id, ok := s.values[keys.id]; ok {
			a.keys.id, a.keys.secret = keys.id, keys.secret
			a.id, a.secret = id, s.values[keys.secret]
			return
		}
	}
	notes.Lostf("%s: Secret %s has neither CLIENT_ID nor client_id, so nothing of it is kept", a.source, report.Printable(c.Spec.SecretName))
}

// lifetimes of tokens are by grant at Hydra.
func (c hydraClient) lifetimes(a *application, notes *report.Report) {
	kept := map[string]*string{
		"authorization_code_grant_access_token_lifespan":  &a.accessToken,
		"client_credentials_grant_access_token_lifespan":  &a.accessToken,
		"refresh_token_grant_access_token_lifespan":       &a.accessToken,
		"authorization_code_grant_refresh_token_lifespan": &a.refreshToken,
		"refresh_token_grant_refresh_token_lifespan":      &a.refreshToken,
		"authorization_code_grant_id_token_lifespan":      &a.idToken,
		"refresh_token_grant_id_token_lifespan":           &a.idToken,
	}
	for _, field := range slices.Sorted(maps.Keys(c.Spec.TokenLifespans)) {
		text := c.Spec.TokenLifespans[field]
		into := kept[field]
		switch {
		case into == nil && text != "":
			notes.Lostf("%s: spec.tokenLifespans.%s is not kept; there is no such token", a.source, report.Printable(field))
		case into == nil || text == "":
		case *into == "":
			*into = text
		case *into != text:
			notes.Lostf("%s: spec.tokenLifespans.%s is not kept; a client has one lifetime for each kind of token, and %s is another", a.source, report.Printable(field), report.Quote(*into))
		}
	}
}

// rest names what has no counterpart.
func (c hydraClient) rest(source string, notes *report.Report) {
	if c.Spec.SkipConsent {
		notes.Lostf("%s: spec.skipConsent is not kept, users are asked once; if an OAuthClientPolicy allows it, set spec.consent to Skip", source)
	}
	for _, kind := range c.Spec.ResponseTypes {
		if kind != "code" {
			notes.Lostf("%s: the response type %s is not kept; there is only code", source, report.Quote(kind))
		}
	}
	for _, field := range slices.Sorted(maps.Keys(c.raw)) {
		if !slices.Contains(hydraKnown, field) && !values.Empty(c.raw[field]) {
			notes.Lostf("%s: spec.%s is not kept; it has no counterpart", source, report.Printable(field))
		}
	}
}
