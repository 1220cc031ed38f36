package pki

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"os"
)

// mastersGroup is bound to cluster-admin by the API server itself.
const mastersGroup = "system:masters"

func generate(files Files, addresses []net.IP) error {
	authority, err := newAuthority()
	if err != nil {
		return err
	}
	if err := writePEM(files.CA, "CERTIFICATE", authority.certificate.Raw); err != nil {
		return err
	}
	if err := authority.issue(files.ServerCert, files.ServerKey, serverTemplate(addresses)); err != nil {
		return err
	}
	if err := authority.issue(files.AdminCert, files.AdminKey, clientTemplate("localkube-admin")); err != nil {
		return err
	}
	if err := authority.issue(files.ControllersCert, files.ControllersKey, clientTemplate("system:kube-controller-manager")); err != nil {
		return err
	}
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return writeKey(files.ServiceAccountsKey, signer)
}

func serverTemplate(addresses []net.IP) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{
			"localhost", "kubernetes", "kubernetes.default",
			"kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
		},
		IPAddresses: append([]net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, addresses...),
	}
}

func clientTemplate(user string) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: []string{mastersGroup}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}

func writeKey(path string, key crypto.Signer) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
