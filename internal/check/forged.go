package check

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// forgedHost is of a domain that does not exist (RFC 2606).
const forgedHost = "forged.invalid"

// forgedHeaders are what proxies tell of a request, as a sender would forge it.
var forgedHeaders = []struct{ name, value string }{
	{"X-Forwarded-For", "192.0.2.1"},
	{"X-Forwarded-Host", forgedHost},
	{"X-Forwarded-Proto", "http"},
	{"Forwarded", "for=192.0.2.1;host=" + forgedHost + ";proto=http"},
	{"X-Original-URL", "/forged"},
}

// forgedCertificates are headers in which proxies pass the certificates of clients.
var forgedCertificates = []string{
	"Client-Cert", "X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert", "X-SSL-Client-Cert", "X-Client-Cert", "Ssl-Client-Cert", "SSL_CLIENT_CERT",
}

// forged sends headers that only a proxy may send, and compares the answers with those
// without them. Whether X-Forwarded-For counts as an address, no answer tells. The endpoint of
// clients with certificates can be out of reach, which it returns.
func (c *Check) forged(ctx context.Context, server *server, discovery string) (unreached []string, err error) {
	plain, err := c.answer(ctx, http.MethodGet, discovery, nil)
	if err != nil {
		return nil, err
	}
	for _, header := range forgedHeaders {
		if err := c.believed(ctx, http.MethodGet, discovery, header.name, header.value, plain); err != nil {
			return nil, fmt.Errorf("%w. Let the proxy delete or replace the header", err)
		}
	}
	for _, endpoint := range server.tokenEndpoints() {
		plain, err := c.answer(ctx, http.MethodPost, endpoint, nil)
		if err != nil && endpoint != server.TokenEndpoint {
			unreached = append(unreached, endpoint)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, name := range c.certificateHeaders() {
			if err := c.believed(ctx, http.MethodPost, endpoint, name, "forged", plain); err != nil {
				return nil, fmt.Errorf("%w. Anyone who can reach it can pretend to be any client. Let the proxy delete the header, and let no one but the proxy reach the server", err)
			}
		}
	}
	return unreached, nil
}

// certificateHeaders are the names that are tried, first the one that counts.
func (c *Check) certificateHeaders() []string {
	if c.CertificateHeader == "" {
		return forgedCertificates
	}
	same := func(name string) bool { return strings.EqualFold(name, c.CertificateHeader) }
	return append([]string{c.CertificateHeader}, slices.DeleteFunc(slices.Clone(forgedCertificates), same)...)
}

// believed returns an error if an answer differs because of a header: without it, the server
// still answers as before.
func (c *Check) believed(ctx context.Context, method, at, name, value string, plain answer) error {
	got, err := c.answer(ctx, method, at, http.Header{name: {value}})
	if err != nil || got.same(plain) {
		return err
	}
	again, err := c.answer(ctx, method, at, nil)
	switch {
	case err != nil:
		return err
	case !again.same(plain):
		return fmt.Errorf("%s answers the same request with %s and then with %s, so headers cannot be checked now", at, plain, again)
	}
	return fmt.Errorf("a forged %s of this machine counts: %s answers %s, and %s without it", name, at, got, plain)
}

// tokenEndpoints are the one for everybody and the one for clients with certificates (RFC
// 8705 section 5).
func (s *server) tokenEndpoints() []string {
	if s.Aliases.TokenEndpoint == "" || s.Aliases.TokenEndpoint == s.TokenEndpoint {
		return []string{s.TokenEndpoint}
	}
	return []string{s.TokenEndpoint, s.Aliases.TokenEndpoint}
}

// answer is what a server says to a request.
type answer struct {
	status int
	body   any
}

func (a answer) same(b answer) bool { return a.status == b.status && reflect.DeepEqual(a.body, b.body) }

func (a answer) String() string {
	if fields, ok := a.body.(map[string]any); ok {
		if code, ok := fields["error"].(string); ok {
			return fmt.Sprintf("%d %s", a.status, plain(code))
		}
	}
	return fmt.Sprintf("%d", a.status)
}

// answer asks without credentials. What stands in a redirect or in a page is not compared.
func (c *Check) answer(ctx context.Context, method, at string, header http.Header) (answer, error) {
	body := ""
	if method == http.MethodPost {
		body = url.Values{"grant_type": {"client_credentials"}, "client_id": {"kubectl-oauth-check"}}.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, at, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	maps.Copy(request.Header, header)
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	got, err := c.HTTP.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = got.Body.Close() }()
	a := answer{status: got.StatusCode}
	content, err := io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	if err != nil || json.Unmarshal(content, &a.body) != nil {
		a.body = nil
	}
	return a, nil
}
