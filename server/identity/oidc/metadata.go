package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	oidclib "github.com/coreos/go-oidc/v3/oidc"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

const (
	// metadataAge is how long metadata is used before it is read again, metadataGrace how long
	// if it cannot be read again, and metadataPause the time between two reads that fail.
	metadataAge, metadataGrace, metadataPause = time.Hour, 24 * time.Hour, 5 * time.Second
	wellKnown                                 = "/.well-known/openid-configuration"
	// skew is by how much clocks may differ.
	skew = 30 * time.Second
)

// algorithms are those with which a provider may sign: none is symmetric (OpenID Connect Core
// 1.0 section 3.1.3.7).
var algorithms = []string{
	oidclib.RS256, oidclib.RS384, oidclib.RS512, oidclib.ES256, oidclib.ES384, oidclib.ES512, oidclib.PS256, oidclib.PS384, oidclib.PS512, oidclib.EdDSA,
}

var (
	errMetadata = errors.New("the metadata of the provider cannot be used")
	errIssuer   = errors.New("the metadata of the provider is of another issuer; see spec.oidc.issuer")
)

// metadata is what a provider says about itself (OpenID Connect Discovery 1.0 section 3).
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	UserinfoEndpoint      string   `json:"userinfo_endpoint"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	Scopes                []string `json:"scopes_supported"`
	Algorithms            []string `json:"id_token_signing_alg_values_supported"`
	TokenAuthMethods      []string `json:"token_endpoint_auth_methods_supported"`
	IssParameter          bool     `json:"authorization_response_iss_parameter_supported"`

	keys *keySet
}

func (c *Connector) readMetadata(ctx context.Context) (*metadata, error) {
	issuer := string(c.Spec.OIDC.Issuer)
	body, err := c.get(ctx, strings.TrimSuffix(issuer, "/")+wellKnown, "")
	if err != nil {
		return nil, fmt.Errorf("read the metadata of the provider: %w", err)
	}
	m := &metadata{}
	if json.Unmarshal(body, m) != nil {
		return nil, errMetadata
	}
	if m.Issuer != issuer {
		return nil, errIssuer
	}
	for _, endpoint := range []string{m.AuthorizationEndpoint, m.TokenEndpoint, m.JWKSURI} {
		if !c.place(endpoint) {
			return nil, errMetadata
		}
	}
	if !c.place(m.UserinfoEndpoint) {
		m.UserinfoEndpoint = ""
	}
	if !c.place(m.EndSessionEndpoint) {
		m.EndSessionEndpoint = ""
	}
	m.Algorithms = slices.DeleteFunc(m.Algorithms, func(alg string) bool { return !slices.Contains(algorithms, alg) })
	if len(m.Algorithms) == 0 {
		// Section 3: RS256 must be among them.
		m.Algorithms = []string{oidclib.RS256}
	}
	m.keys = newKeySet(func(ctx context.Context) ([]byte, error) { return c.get(ctx, m.JWKSURI, "") }, c.Now)
	return m, nil
}

// place reports whether a URL can be called: if the issuer is https, the URL must be https, too.
func (c *Connector) place(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(text) > 2048 {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && strings.HasPrefix(string(c.Spec.OIDC.Issuer), "http:")
}

// get returns what is at a URL.
func (c *Connector) get(ctx context.Context, uri, token string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, http.NoBody)
	if err != nil {
		return nil, errMetadata
	}
	request.Header.Set("Accept", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, unreached(err, errMetadata)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode >= http.StatusInternalServerError:
		return nil, upstream.Away(&statusError{response.StatusCode})
	case response.StatusCode != http.StatusOK:
		return nil, &statusError{response.StatusCode}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, errors.New("the answer is too long, or broke off")
	}
	return body, nil
}

// statusError says what a provider answered.
type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("the provider answers %d", e.status) }
