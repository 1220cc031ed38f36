package render

import (
	"fmt"
	"net/netip"
	"net/url"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
)

type (
	deployment    = appsv1.Deployment
	service       = corev1.Service
	networkPolicy = networkingv1.NetworkPolicy
	ingress       = networkingv1.Ingress
)

const (
	mountFolder = "/etc/grantor/"
	tlsFolder   = mountFolder + "tls"
	httpName    = "http"
	httpsName   = "https"
	httpsPort   = 8443
)

// portName is the name of the port with the OAuth endpoints.
func portName(server *oauthv1alpha1.OAuthServer) string {
	if server.Spec.TLS != nil {
		return httpsName
	}
	return httpName
}

func adaptDeployment(d *deployment, server *oauthv1alpha1.OAuthServer, image string) error {
	spec := server.Spec.Deployment
	d.Spec.Replicas = spec.Replicas
	container := &d.Spec.Template.Spec.Containers[0]
	container.Image = image
	if spec.Resources != nil {
		requests, err := quantities(spec.Resources.Requests)
		if err != nil {
			return err
		}
		limits, err := quantities(spec.Resources.Limits)
		if err != nil {
			return err
		}
		container.Resources = corev1.ResourceRequirements{Requests: requests, Limits: limits}
	}
	if server.Spec.TLS != nil {
		mountCertificate(&d.Spec.Template.Spec, server.Spec.TLS.SecretName)
	}
	acceptCertificates(container, server)
	for _, use := range SecretUses(server) {
		use.mount(&d.Spec.Template.Spec)
	}
	return nil
}

func quantities(given map[corev1.ResourceName]oauthv1alpha1.ResourceQuantity) (corev1.ResourceList, error) {
	list := corev1.ResourceList{}
	for name, text := range given {
		quantity, err := resource.ParseQuantity(string(text))
		if err != nil {
			return nil, fmt.Errorf("resource %s: %w", name, err)
		}
		list[name] = quantity
	}
	return list, nil
}

func mountCertificate(pod *corev1.PodSpec, secret string) {
	container := &pod.Containers[0]
	container.Args = append(container.Args, "--listen-address=:8443",
		"--tls-cert-file="+tlsFolder+"/"+corev1.TLSCertKey, "--tls-key-file="+tlsFolder+"/"+corev1.TLSPrivateKeyKey)
	container.Ports[0] = corev1.ContainerPort{Name: httpsName, ContainerPort: httpsPort, Protocol: corev1.ProtocolTCP}
	container.VolumeMounts = []corev1.VolumeMount{{Name: "tls", MountPath: tlsFolder, ReadOnly: true}}
	pod.Volumes = []corev1.Volume{{Name: "tls", VolumeSource: corev1.VolumeSource{
		Secret: &corev1.SecretVolumeSource{SecretName: secret},
	}}}
}

func adaptService(s *service, server *oauthv1alpha1.OAuthServer) {
	if server.Spec.ClientCertificates != nil {
		name := mtlsName(server)
		s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{
			Name: name, Port: oauthv1alpha1.MTLSPort, TargetPort: intstr.FromString(name), Protocol: corev1.ProtocolTCP,
		})
	}
	if server.Spec.TLS == nil {
		return
	}
	s.Spec.Ports[0].Name, s.Spec.Ports[0].Port = httpsName, 443
	s.Spec.Ports[0].TargetPort = intstr.FromString(httpsName)
}

func adaptNetworkPolicy(p *networkPolicy, server *oauthv1alpha1.OAuthServer) {
	port := intstr.FromString(portName(server))
	p.Spec.Ingress[0].Ports[0].Port = &port
	if server.Spec.ClientCertificates != nil {
		tcp, port := corev1.ProtocolTCP, intstr.FromString(mtlsName(server))
		p.Spec.Ingress[0].Ports = append(p.Spec.Ingress[0].Ports, networkingv1.NetworkPolicyPort{Port: &port, Protocol: &tcp})
	}
}

func adaptIngress(i *ingress, server *oauthv1alpha1.OAuthServer) {
	wanted := server.Spec.Exposure.Ingress
	host, paths := reachedAt(server.Spec.Issuer)
	if wanted.Host != "" {
		host = wanted.Host
	}
	if wanted.ClassName != "" {
		i.Spec.IngressClassName = &wanted.ClassName
	}
	if wanted.TLSSecretName != "" {
		tls := networkingv1.IngressTLS{SecretName: wanted.TLSSecretName}
		if host != "" {
			tls.Hosts = []string{host}
		}
		i.Spec.TLS = []networkingv1.IngressTLS{tls}
	}
	prefix := networkingv1.PathTypePrefix
	http := &networkingv1.HTTPIngressRuleValue{}
	for _, path := range paths {
		http.Paths = append(http.Paths, networkingv1.HTTPIngressPath{
			Path: path, PathType: &prefix,
			Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
				Name: oauthv1alpha1.ServiceName(server.Name), Port: networkingv1.ServiceBackendPort{Name: portName(server)},
			}},
		})
	}
	i.Spec.Rules = []networkingv1.IngressRule{{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{HTTP: http}}}
}

// reachedAt returns the host of an issuer, unless it is an address, for which an
// Ingress has no rule, and the paths that lead to the server.
func reachedAt(issuer string) (host string, paths []string) {
	at, err := url.Parse(issuer)
	if err != nil {
		return "", []string{"/"}
	}
	host = at.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		host = ""
	}
	if at.Path == "" {
		return host, []string{"/"}
	}
	return host, []string{at.Path, endpoints.AuthorizationServer + at.Path}
}
