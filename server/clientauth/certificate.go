package clientauth

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"net"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/subjectdn"
	"github.com/grantor-dev/grantor/server/clients"
)

// maxChain is how many certificates a client may send.
const maxChain = 6

// hasCertificate reports whether the certificates that came with a request are the client's
// (RFC 8705 section 2). The handshake, with a proxy or with the server, has shown that the
// other side has the private key; everything else is checked for each request, since
// connections last.
func (a *Authenticator) hasCertificate(chain []*x509.Certificate, client *clients.Client) bool {
	if len(chain) == 0 || len(chain) > maxChain {
		return false
	}
	how := client.Authentication().TLS
	if client.Method() == oauthv1alpha1.AuthenticationSelfSignedTLS {
		now, sum := a.Now(), sha256.Sum256(chain[0].Raw)
		return !now.Before(chain[0].NotBefore) && !now.After(chain[0].NotAfter) &&
			slices.Contains(how.Thumbprints, base64.RawURLEncoding.EncodeToString(sum[:]))
	}
	return namesClient(chain[0], how) && a.issuedForClients(chain)
}

// namesClient reports whether a certificate has the name of the client, which is of one of
// the five kinds of RFC 8705 section 2.1.2.
func namesClient(certificate *x509.Certificate, how oauthv1alpha1.ClientTLS) bool {
	switch {
	case how.SubjectDN != "":
		name, err := subjectdn.Parse(how.SubjectDN)
		return err == nil && name.Matches(certificate.RawSubject)
	case how.SANDNS != "":
		return slices.ContainsFunc(certificate.DNSNames, func(name string) bool { return strings.EqualFold(name, how.SANDNS) })
	case how.SANURI != "":
		return slices.Contains(urisOf(certificate), how.SANURI)
	case how.SANIP != "":
		address := net.ParseIP(how.SANIP)
		return address != nil && slices.ContainsFunc(certificate.IPAddresses, address.Equal)
	case how.SANEmail != "":
		return slices.ContainsFunc(certificate.EmailAddresses, func(address string) bool { return sameMailbox(address, how.SANEmail) })
	}
	return false
}

var subjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}

// urisOf returns the URIs of a certificate as they are written: those of x509.Certificate are
// parsed, and some differ when they are written again.
func urisOf(certificate *x509.Certificate) (uris []string) {
	const uniformResourceIdentifier = 6
	for _, extension := range certificate.Extensions {
		var names []asn1.RawValue
		if !extension.Id.Equal(subjectAltName) {
			continue
		}
		if _, err := asn1.Unmarshal(extension.Value, &names); err != nil {
			return nil
		}
		for _, name := range names {
			if name.Class == asn1.ClassContextSpecific && name.Tag == uniformResourceIdentifier {
				uris = append(uris, string(name.Bytes))
			}
		}
	}
	return uris
}

// sameMailbox compares as RFC 5280 section 7.5 says: the domain has no case.
func sameMailbox(a, b string) bool {
	i, j := strings.LastIndexByte(a, '@'), strings.LastIndexByte(b, '@')
	return i > 0 && j > 0 && a[:i] == b[:j] && strings.EqualFold(a[i:], b[j:])
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
