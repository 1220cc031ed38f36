package oauthserver

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

const (
	// certificateRecheck is how often the operator looks at the Secret that spec.tls
	// names. It carries no mark of ours, so no watch tells of it.
	certificateRecheck = 30 * time.Second
	// authorityKey is where cert-manager writes the certificate of a private authority.
	authorityKey = "ca.crt"
	// maxAuthorities is how many bytes of certificates a status holds.
	maxAuthorities = 64 << 10
)

// +kubebuilder:rbac:groups="",resources=secrets,verbs=get

// reconcileInternal publishes how pods reach the server by its Service, and whose
// certificates they have to trust. A URL is published only if its name is one that the
// certificate has: another one fails in every pod that uses it. The time is when to look
// again.
func (r *Reconciler) reconcileInternal(ctx context.Context, server *oauthv1alpha1.OAuthServer) (again time.Time, err error) {
	status := &server.Status
	status.Internal, status.CertificateAuthorities = nil, ""
	if server.Spec.Deployment == nil {
		return again, nil
	}
	host := oauthv1alpha1.ServiceName(server.Name) + "." + server.Namespace + ".svc"
	if server.Spec.TLS == nil {
		urls := serverspec.InternalEndpoints("http://"+host, server.Spec.Issuer)
		status.Internal = &urls
		return again, nil
	}
	secret := &corev1.Secret{}
	err = r.Live.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: server.Spec.TLS.SecretName}, secret)
	if client.IgnoreNotFound(err) != nil {
		return again, fmt.Errorf("get certificate: %w", err)
	}
	status.CertificateAuthorities = certificatesIn(secret.Data[authorityKey])
	if names(secret.Data[corev1.TLSCertKey], host) {
		urls := serverspec.InternalEndpoints("https://"+host, server.Spec.Issuer)
		status.Internal = &urls
	}
	return r.Now().Add(certificateRecheck), nil
}

// certificatesIn returns the certificates of a file in PEM, and nothing else that may be in it,
// such as a private key: what is returned gets into the Secrets of all clients.
func certificatesIn(file []byte) string {
	var out strings.Builder
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if _, err := x509.ParseCertificate(block.Bytes); block.Type != "CERTIFICATE" || err != nil {
			continue
		}
		text := pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})
		if out.Len()+len(text) > maxAuthorities {
			break
		}
		out.Write(text)
	}
	return out.String()
}

// names reports whether a certificate, the first of a file in PEM, is for a host.
func names(file []byte, host string) bool {
	block, _ := pem.Decode(file)
	if block == nil {
		return false
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	return err == nil && certificate.VerifyHostname(host) == nil
}
