package render

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// mtlsName is the name of the port for clients with certificates.
func mtlsName(server *oauthv1alpha1.OAuthServer) string { return portName(server) + "-mtls" }

// acceptCertificates opens that port.
func acceptCertificates(container *corev1.Container, server *oauthv1alpha1.OAuthServer) {
	clients := server.Spec.ClientCertificates
	if clients == nil {
		return
	}
	container.Args = append(container.Args, fmt.Sprintf("--mtls-listen-address=:%d", oauthv1alpha1.MTLSPort), "--mtls-host="+clients.Host)
	if h := clients.Header; h != nil {
		container.Args = append(container.Args, "--client-certificate-header="+h.Name+"="+string(h.Format))
	}
	container.Ports = append(container.Ports, corev1.ContainerPort{
		Name: mtlsName(server), ContainerPort: oauthv1alpha1.MTLSPort, Protocol: corev1.ProtocolTCP,
	})
}
