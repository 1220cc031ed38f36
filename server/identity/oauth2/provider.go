package oauth2

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// timeout bounds all requests of one question to a provider.
const timeout = 10 * time.Second

// Options are what a Provider needs.
type Options struct {
	// Provider describes the server in spec.oauth2. Required.
	Provider *oauthv1alpha1.OAuthIdentityProvider
	// Secret is the client secret, empty for a client without one.
	Secret string
	// HTTP sends the requests. It must follow no redirects, and read no more than 1 MiB.
	// Required.
	HTTP *http.Client
	// Now is the clock. Required.
	Now func() time.Time
}

// Provider is an OAuth 2.0 server.
type Provider struct {
	client  oauth2.Config
	more    map[string]oauthv1alpha1.TokenParameter
	hint    string
	asker   asker
	profile profile
	now     func() time.Time
}

var _ upstream.Redirecting = (*Provider)(nil)

// profile says who the user of an access token is.
type profile interface {
	// account returns ErrGone for a token that the server does not accept.
	account(ctx context.Context, ask asker, token string) (upstream.Account, error)
}

// New returns the server that a provider describes. It sends nothing.
func New(o Options) (*Provider, error) {
	if o.Provider == nil || o.Provider.Spec.OAuth2 == nil || o.HTTP == nil || o.Now == nil {
		return nil, errors.New("OAuth 2.0 server: an option is missing")
	}
	spec := o.Provider.Spec.OAuth2
	p := &Provider{
		client: oauth2.Config{ClientID: spec.ClientID, ClientSecret: o.Secret, Scopes: spec.Scopes},
		more:   spec.Parameters, asker: asker{http: o.HTTP}, now: o.Now,
	}
	switch {
	case spec.Preset == oauthv1alpha1.OAuth2ProviderGitHub:
		p.github(spec)
	case spec.Custom != nil:
		p.client.Endpoint.AuthURL, p.client.Endpoint.TokenURL = string(spec.Custom.AuthorizationEndpoint), string(spec.Custom.TokenEndpoint)
		p.profile = described{spec.Custom.Profile}
	default:
		return nil, errors.New("OAuth 2.0 server: set either preset or custom")
	}
	for _, endpoint := range []string{p.client.Endpoint.AuthURL, p.client.Endpoint.TokenURL} {
		if u, err := url.Parse(endpoint); err != nil || u.Host == "" {
			return nil, errors.New("OAuth 2.0 server: an endpoint is no URL")
		}
	}
	p.client.Endpoint.AuthStyle = style(spec, o.Secret)
	return p, nil
}

// style is how the client authenticates.
func style(spec *oauthv1alpha1.OAuth2Provider, secret string) oauth2.AuthStyle {
	method := spec.ClientAuthentication
	if method == "" && secret != "" && spec.Preset == "" {
		method = oauthv1alpha1.TokenClientSecretBasic
	}
	if method == oauthv1alpha1.TokenClientSecretBasic {
		return oauth2.AuthStyleInHeader
	}
	// With a secret client_secret_post, which is what GitHub documents, without none.
	return oauth2.AuthStyleInParams
}

// AuthorizationURL implements upstream.Redirecting. It returns ErrStale if a fresh sign-in is
// required: OAuth 2.0 has no way to say when a user signed in.
func (p *Provider) AuthorizationURL(_ context.Context, request upstream.Request) (string, error) {
	if request.Login {
		return "", upstream.ErrStale
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(request.Verifier)}
	if p.hint != "" && request.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam(p.hint, request.LoginHint))
	}
	for name, value := range p.more {
		options = append(options, oauth2.SetAuthURLParam(name, string(value)))
	}
	client := p.client
	client.RedirectURL = request.RedirectURI
	return client.AuthCodeURL(request.State, options...), nil
}

// Redeem implements upstream.Redirecting.
func (p *Provider) Redeem(ctx context.Context, code string, request upstream.Request) (upstream.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client := p.client
	client.RedirectURL = request.RedirectURI
	token, err := client.Exchange(p.asker.through(ctx), code, oauth2.VerifierOption(request.Verifier))
	if err != nil {
		if err = tokenError(err); errors.Is(err, upstream.ErrGone) {
			err = upstream.ErrCode
		}
		return upstream.Account{}, err
	}
	if !strings.EqualFold(token.Type(), "Bearer") {
		return upstream.Account{}, errType
	}
	account, err := p.profile.account(ctx, p.asker, token.AccessToken)
	if errors.Is(err, upstream.ErrGone) {
		return upstream.Account{}, errRefusesItsToken
	}
	if err != nil {
		return upstream.Account{}, err
	}
	account.RefreshToken = pack(token)
	return account, nil
}
