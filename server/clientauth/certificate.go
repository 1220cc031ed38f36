package clientauth

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

// hasCertificate reports whether a connection was made with the client's certificate (RFC
// 8705 section 2). The handshake has shown that the other side has the private key;
// everything else is checked for each request, since connections last.
func (a *Authenticator) hasCertificate(connection *tls.ConnectionState, client *clients.Client) bool {
	if connection == nil || len(connection.PeerCertificates) == 0 || len(connection.PeerCertificates) > maxChain {
		return false
	}
	chain, how := connection.PeerCertificates, client.Authentication().TLS
	if client.Method() == oauthv1alpha1.AuthenticationSelfSignedTLS {
		now, sum := a.Now(), sha256.Sum256(chain[0].Raw)
		return !now.Before(chain[0].NotBefore) && !now.After(chain[0].NotAfter) &&
			slices.Contains(how.Thumbprints, base64.RawURLEncoding.EncodeToString(sum[:]))
	}
	return namesClient(chain[0], how) && a.issuedForClients(chain)
}

// namesClient reports whether a certificate has the name of the client.
func namesClient(certificate *x509.Certificate, how oauthv1alpha1.ClientTLS) bool {
	if how.SANDNS != "" {
		return slices.ContainsFunc(certificate.DNSNames, func(name string) bool { return strings.EqualFold(name, how.SANDNS) })
	}
	return how.SANURI != "" && slices.ContainsFunc(certificate.URIs, func(uri *url.URL) bool { return uri.String() == how.SANURI })
}

// issuedForClients reports whether one of the authorities issued a certificate for clients. The
// system's authorities do not count, because they issue certificates to anyone.
func (a *Authenticator) issuedForClients(chain []*x509.Certificate) bool {
	authorities := a.ClientCAs()
	if authorities == nil {
		return false
	}
	between := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		between.AddCert(certificate)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: authorities, Intermediates: between, CurrentTime: a.Now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err == nil
}
