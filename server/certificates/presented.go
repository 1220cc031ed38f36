package certificates

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/netip"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Outcome is what became of a header with a certificate.
type Outcome string

// Outcomes.
const (
	// Used says that a trusted proxy sent the header, whatever the certificate is worth.
	Used Outcome = "used"
	// Ignored says that another program sent it, or that it was not sent to the listener for
	// clients with certificates.
	Ignored Outcome = "ignored"
	// Refused says that a trusted proxy sent one that cannot be read.
	Refused Outcome = "refused"
)

// Outcomes returns all of them.
func Outcomes() []Outcome { return []Outcome{Used, Ignored, Refused} }

// Source finds the certificate that a client presents.
type Source struct {
	// Header has it if proxies end TLS; without a name, the connection does.
	Header Header
	// Trusted returns the proxies that may send the header.
	Trusted func() []netip.Prefix
	// Count counts headers.
	Count func(Outcome)
}

type presentedKey struct{}

// Presented returns the certificates that came with a request, the client's own first;
// none if there was none. That the client has its private key is certain, nothing else is.
func Presented(ctx context.Context) []*x509.Certificate {
	chain, _ := ctx.Value(presentedKey{}).([]*x509.Certificate)
	return chain
}

// Thumbprint returns the x5t#S256 of the client's own certificate (RFC 8705 section 3.1); ""
// if there was none. Who issued it does not matter for what is bound to it.
func Thumbprint(ctx context.Context) string {
	chain := Presented(ctx)
	if len(chain) == 0 {
		return ""
	}
	sum := sha256.Sum256(chain[0].Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// With returns an endpoint whose requests carry the certificate of their client.
func (s *Source) With(next httpx.Endpoint) httpx.Endpoint { return &endpoint{s, next} }

// Without returns a handler whose requests have no certificate: it is not for clients that
// have one.
func (s *Source) Without(next http.Handler) http.Handler {
	if s.Header.Name == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Header.remove(r.Header) {
			s.Count(Ignored)
		}
		next.ServeHTTP(w, r)
	})
}

type endpoint struct {
	source *Source
	next   httpx.Endpoint
}

var _ httpx.Endpoint = (*endpoint)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (e *endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	chain, err := e.source.of(r)
	if err != nil {
		return err
	}
	if len(chain) > 0 {
		r = r.WithContext(context.WithValue(r.Context(), presentedKey{}, chain))
	}
	return e.next.ServeEndpoint(w, r)
}

// of returns the certificates of a request.
func (s *Source) of(r *http.Request) ([]*x509.Certificate, error) {
	if s.Header.Name == "" {
		if r.TLS == nil {
			return nil, nil
		}
		return r.TLS.PeerCertificates, nil
	}
	if !httpx.SentBy(r, s.Trusted()) {
		if s.Header.remove(r.Header) {
			s.Count(Ignored)
		}
		return nil, nil
	}
	if len(r.Header[s.Header.Name]) == 0 {
		return nil, nil
	}
	chain, err := s.Header.read(r.Header)
	if err != nil {
		s.Count(Refused)
		return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "The header with the client's certificate cannot be read: %v.", err)
	}
	s.Count(Used)
	return chain, nil
}
