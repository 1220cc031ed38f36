package sealed

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/registration"
)

// Registrar registers clients without a token.
type Registrar struct {
	Issuer   func() string
	Settings func() *serverspec.Settings
	Keys     *keys.Store
	Now      func() time.Time
}

var _ registration.Anonymous = (*Registrar)(nil)

// Register implements registration.Anonymous.
func (r *Registrar) Register(ctx context.Context, m registration.Metadata) (registration.Response, error) {
	settings := r.Settings()
	if settings.Registration.Anonymous == nil {
		return registration.Response{}, httpx.NotFound()
	}
	response, client, err := r.register(settings, m)
	if err != nil {
		audit.Record(ctx, audit.Event{Decision: audit.Registration, Refused: httpx.CodeOf(err)})
		return registration.Response{}, err
	}
	audit.Record(ctx, audit.Event{Decision: audit.Registration, Client: client})
	return response, nil
}

func (r *Registrar) register(settings *serverspec.Settings, m registration.Metadata) (registration.Response, *clients.Client, error) {
	anonymous, none := settings.Registration.Anonymous, registration.Response{}
	c, err := contentOf(settings, m)
	if err != nil {
		return none, nil, err
	}
	set, err := r.Keys.Current()
	if err != nil {
		return none, nil, httpx.Unavailable(err)
	}
	now, issuer := r.Now(), r.Issuer()
	c.Issued = now.Unix()
	if !c.counts(settings, now) {
		return none, nil, tooEarly(anonymous.NotBefore.Sub(now))
	}
	id, err := seal(set, issuer, c)
	if err != nil {
		return none, nil, err
	}
	if len(id) > clientid.MaxSealed {
		return none, nil, tooLong(m)
	}
	response := registration.Response{Metadata: registeredAs(c, anonymous, m), ClientID: id, IssuedAt: c.issued()}
	if c.Method != "" {
		response.Secret, response.SecretExpiresAt = secretOf(set, issuer, id), c.issued().Add(anonymous.Lifetime)
	}
	return response, clientOf(set, issuer, id, c, settings), nil
}

// tooEarly refuses a client that would not count: notBefore is in the future.
func tooEarly(wait time.Duration) error {
	return httpx.Spent(http.StatusServiceUnavailable, min(max(wait, time.Second), time.Hour),
		"Clients cannot register before the time in spec.registration.anonymous.notBefore of the OAuthServer. Try again later.")
}

// contentOf returns what is sealed of a client, or why it cannot be registered.
func contentOf(settings *serverspec.Settings, m registration.Metadata) (*content, error) {
	anonymous := settings.Registration.Anonymous
	switch {
	case len(m.RedirectURIs) == 0:
		return nil, httpx.BadRequest(httpx.CodeInvalidRedirectURI, "redirect_uris must have at least one URI.")
	case !slices.Contains(m.GrantTypes, string(oauthv1alpha1.GrantAuthorizationCode)):
		return nil, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "grant_types must include authorization_code: a client that registers without a token has no other grant but refresh_token.")
	case !slices.Contains(m.ResponseTypes, "code"):
		return nil, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "response_types must include code.")
	case m.DPoPBound && settings.Tokens.AccessBinding == oauthv1alpha1.AccessTokenBindingCertificate:
		return nil, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "dpop_bound_access_tokens must be false: spec.tokens.accessToken.binding of the OAuthServer is Certificate.")
	}
	for n, uri := range m.RedirectURIs {
		if !allowed(anonymous, uri) {
			return nil, httpx.BadRequest(httpx.CodeInvalidRedirectURI,
				"Number %d of redirect_uris is not at a host that this server accepts: spec.registration.anonymous.redirectHosts of the OAuthServer lists them. Use https, or http on localhost, 127.0.0.1 or [::1].", n+1)
		}
	}
	c := &content{
		Name: m.Name, Redirects: m.RedirectURIs, DPoP: m.DPoPBound, Pushes: m.Pushed,
		Refreshes: slices.Contains(m.GrantTypes, string(oauthv1alpha1.GrantRefreshToken)), System: m.System,
	}
	if m.System != "" {
		c.Website = m.ClientURI
	}
	switch m.Method {
	case registration.MethodNone:
	case registration.MethodBasic, registration.MethodPost:
		c.Method = oauthv1alpha1.AuthenticationMethod(m.Method)
	default:
		return nil, httpx.BadRequest(httpx.CodeInvalidClientMetadata, "token_endpoint_auth_method must be none, client_secret_basic or client_secret_post for a client that registers without a token.")
	}
	return c, nil
}

// registeredAs returns the metadata as they count: what is not sealed is not registered (RFC
// 7591 section 2). Which scopes the client asks for is not either, so that it can ask for more
// later without being another client; users are asked each time.
func registeredAs(c *content, anonymous *serverspec.Anonymous, m registration.Metadata) registration.Metadata {
	as := registration.Metadata{
		Name: c.Name, RedirectURIs: c.Redirects, Method: m.Method, DPoPBound: c.DPoP, Pushed: c.Pushes,
		GrantTypes: []string{string(oauthv1alpha1.GrantAuthorizationCode)}, ResponseTypes: []string{"code"},
		System: c.System, ClientURI: c.Website,
	}
	if c.Refreshes {
		as.GrantTypes = append(as.GrantTypes, string(oauthv1alpha1.GrantRefreshToken))
	}
	for _, scope := range c.scopes(anonymous) {
		if len(m.Scopes) == 0 || slices.Contains(m.Scopes, scope) {
			as.Scopes = append(as.Scopes, scope)
		}
	}
	return as
}

// tooLong names what takes most of a client ID that is too long.
func tooLong(m registration.Metadata) error {
	what, most := "redirect_uris are", len(strings.Join(m.RedirectURIs, ""))
	if len(m.Name) > most {
		what, most = "client_name is", len(m.Name)
	}
	if m.System != "" && len(m.ClientURI) > most {
		what = "website is"
	}
	return httpx.BadRequest(httpx.CodeInvalidClientMetadata,
		"%s too long: client_name and redirect_uris may have about 350 bytes together, since this server stores nothing and puts them into client_id.", what)
}
