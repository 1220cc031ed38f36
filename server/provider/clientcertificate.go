package provider

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
)

// maxChain is how many certificates a client may send.
const maxChain = 6

// certified reports whether a connection was made with the client's certificate (RFC
// 8705 section 2). That whoever made it has the private key, the handshake has shown;
// everything else is checked for each request, since connections last.
func (p *Provider) certified(connection *tls.ConnectionState, client *clients.Client) bool {
	if connection == nil || len(connection.PeerCertificates) == 0 || len(connection.PeerCertificates) > maxChain {
		return false
	}
	chain, how := connection.PeerCertificates, client.Authentication().TLS
	if client.Method() == oauthv1alpha1.AuthenticationSelfSignedTLS {
		now, sum := p.Now(), sha256.Sum256(chain[0].Raw)
		return !now.Before(chain[0].NotBefore) && !now.After(chain[0].NotAfter) &&
			slices.Contains(how.Thumbprints, base64.RawURLEncoding.EncodeToString(sum[:]))
	}
	return named(chain[0], how) && p.vouched(chain)
}

// named reports whether a certificate has the name of the client.
func named(certificate *x509.Certificate, how oauthv1alpha1.ClientTLS) bool {
	if how.SANDNS != "" {
		return slices.ContainsFunc(certificate.DNSNames, func(name string) bool { return strings.EqualFold(name, how.SANDNS) })
	}
	return how.SANURI != "" && slices.ContainsFunc(certificate.URIs, func(uri *url.URL) bool { return uri.String() == how.SANURI })
}

// vouched reports whether one of the authorities issued a certificate for clients. The
// system's authorities, which vouch for anybody, are none.
func (p *Provider) vouched(chain []*x509.Certificate) bool {
	authorities := p.ClientCAs()
	if authorities == nil {
		return false
	}
	between := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		between.AddCert(certificate)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: authorities, Intermediates: between, CurrentTime: p.Now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err == nil
}
