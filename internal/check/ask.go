package check

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/grantor-dev/grantor/internal/serverspec"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

// server is what discovery says, as far as it is used.
type server struct {
	Issuer                string `json:"issuer"`
	TokenEndpoint         string `json:"token_endpoint"`
	JWKSURI               string `json:"jwks_uri"`
	IntrospectionEndpoint string `json:"introspection_endpoint"`
	Aliases               struct {
		TokenEndpoint string `json:"token_endpoint"`
	} `json:"mtls_endpoint_aliases"`
	// seen is what was noticed while discovery was read.
	seen seen
}

// seen is what an answer tells apart from its body.
type seen struct {
	tls *tls.ConnectionState
	// date is the time at which the server answered.
	date string
}

func (c *Check) discover(ctx context.Context) (*server, error) {
	found := &server{}
	noticed, err := c.get(ctx, serverspec.Endpoints(c.Issuer).Discovery, found)
	if err != nil {
		return nil, err
	}
	if found.Issuer != c.Issuer {
		return nil, fmt.Errorf("%s answers as another issuer, %q", c.Issuer, plain(found.Issuer))
	}
	found.seen = noticed
	return found, nil
}

func (c *Check) keys(ctx context.Context, server *server) (*jose.JSONWebKeySet, error) {
	keys := &jose.JSONWebKeySet{}
	if _, err := c.get(ctx, server.JWKSURI, keys); err != nil {
		return nil, err
	}
	if len(keys.Keys) == 0 {
		return nil, errors.New("there are none")
	}
	return keys, nil
}

func (c *Check) introspect(ctx context.Context, server *server, token string) error {
	form := url.Values{"token": {token}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.IntrospectionEndpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// RFC 6749 section 2.3.1: as in a form.
	request.SetBasicAuth(url.QueryEscape(c.ClientID), url.QueryEscape(c.ClientSecret))
	var answer struct {
		Active   bool   `json:"active"`
		ClientID string `json:"client_id"`
	}
	if _, err := c.do(request, &answer); err != nil {
		return err
	}
	if !answer.Active || answer.ClientID != c.ClientID {
		return errors.New("the server does not know the token that it has just granted")
	}
	return nil
}

func (c *Check) get(ctx context.Context, at string, into any) (seen, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return seen{}, err
	}
	return c.do(request, into)
}

func (c *Check) do(request *http.Request, into any) (seen, error) {
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return seen{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return seen{}, fmt.Errorf("%s answers %s", request.URL, answer.Status)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(into); err != nil {
		return seen{}, fmt.Errorf("%s does not answer with JSON: %w", request.URL, err)
	}
	return seen{answer.TLS, answer.Header.Get("Date")}, nil
}

// plain makes text from another program fit to be printed.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
	return text[:min(len(text), 200)]
}
