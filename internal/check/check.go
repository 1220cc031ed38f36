package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Check is what a server is asked with.
type Check struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	// SecretInBody sends the client secret in the body instead of the Authorization header.
	SecretInBody bool
	// Scopes and Audiences are what a token is asked for.
	Scopes, Audiences []string
	// TokenType is that of the token, if it must have one (RFC 6749 section 7.1).
	TokenType string
	// CertificateHeader is the header in which a proxy passes the certificate of a client; ""
	// where it is not known.
	CertificateHeader string
	HTTP              *http.Client
	Now               func() time.Time
	// Say is told each step that went well, one line each.
	Say func(line string)
}

// Run returns what went wrong first, or nil.
func (c *Check) Run(ctx context.Context) error {
	server, keys, err := c.public(ctx)
	if err != nil {
		return err
	}
	token, err := c.token(ctx, server)
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	c.Say("token: granted to " + c.ClientID + " for its client secret")
	verified, err := c.verify(token, server, keys)
	if err != nil {
		return fmt.Errorf("verification: %w", err)
	}
	c.Say("verification: " + verified)
	if err := c.introspect(ctx, server, token); err != nil {
		return fmt.Errorf("introspection: %w", err)
	}
	c.Say("introspection: the token is active")
	return nil
}

// public asks for what everyone may read.
func (c *Check) public(ctx context.Context) (*server, *jose.JSONWebKeySet, error) {
	server, err := c.discover(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("discovery: %w", err)
	}
	c.Say("discovery: " + server.Issuer + " says where everything is")
	keys, err := c.keys(ctx, server)
	if err != nil {
		return nil, nil, fmt.Errorf("keys: %w", err)
	}
	c.Say(fmt.Sprintf("keys: %d to verify tokens with", len(keys.Keys)))
	return server, keys, nil
}

// Token returns an access token, as client_credentials gives it.
func (c *Check) Token(ctx context.Context) (string, error) {
	server, err := c.discover(ctx)
	if err != nil {
		return "", fmt.Errorf("discovery: %w", err)
	}
	token, err := c.token(ctx, server)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return token, nil
}

// Keys returns the keys that the issuer signs with.
func (c *Check) Keys(ctx context.Context) (*jose.JSONWebKeySet, error) {
	server, err := c.discover(ctx)
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	return c.keys(ctx, server)
}

func (c *Check) token(ctx context.Context, server *server) (string, error) {
	if server.TokenEndpoint == "" {
		return "", errors.New("discovery names no token endpoint")
	}
	config := clientcredentials.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		TokenURL: server.TokenEndpoint, AuthStyle: oauth2.AuthStyleInHeader,
		Scopes: c.Scopes, EndpointParams: url.Values{"audience": c.Audiences},
	}
	if c.SecretInBody {
		config.AuthStyle = oauth2.AuthStyleInParams
	}
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, c.HTTP))
	if err != nil {
		return "", Refusal(err)
	}
	if c.TokenType != "" && !strings.EqualFold(token.TokenType, c.TokenType) {
		return "", fmt.Errorf("the token is of type %s, not %s: the server bound it to no key", plain(token.TokenType), c.TokenType)
	}
	return token.AccessToken, nil
}

// Refusal returns what may be told of an error of a token request: an answer may quote
// anything.
func Refusal(err error) error {
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode != "":
		return fmt.Errorf("the server refuses: %s", plain(refused.ErrorCode))
	case errors.As(err, &refused):
		return fmt.Errorf("the server answers %s", refused.Response.Status)
	}
	return err
}
