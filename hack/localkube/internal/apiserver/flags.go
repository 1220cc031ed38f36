package apiserver

import (
	"net"
	"strconv"
)

// issuer is the one of kubeadm, so that tokens look as they do elsewhere.
const issuer = "https://kubernetes.default.svc.cluster.local"

// services are the addresses of Services.
const services = "10.96.0.0/16"

// ServiceAddress is where Pods find the API server: the first of services.
var ServiceAddress = net.IPv4(10, 96, 0, 1)

func flags(config Config) []string {
	at := config.Listener.Addr().(*net.TCPAddr)
	all := []string{
		"--etcd-servers=" + config.Etcd,
		"--secure-port=" + strconv.Itoa(at.Port),
		"--advertise-address=" + at.IP.String(),
		"--service-cluster-ip-range=" + services,

		"--tls-cert-file=" + config.Keys.ServerCert,
		"--tls-private-key-file=" + config.Keys.ServerKey,
		"--client-ca-file=" + config.Keys.CA,
		"--authorization-mode=RBAC",

		"--service-account-issuer=" + issuer,
		"--service-account-key-file=" + config.Keys.ServiceAccountsKey,
		"--service-account-signing-key-file=" + config.Keys.ServiceAccountsKey,
	}
	if config.Authentication != "" {
		all = append(all, "--authentication-config="+config.Authentication)
	}
	all = append(all, reach(config, at.IP)...)
	return append(all, config.Audit.flags()...)
}

// reach says how Pods reach the API server, and how it reaches kubelets.
func reach(config Config, at net.IP) []string {
	if at.IsLoopback() {
		// Such an address is not valid in the endpoints of a Service.
		return []string{"--endpoint-reconciler-type=none"}
	}
	return []string{
		"--kubelet-client-certificate=" + config.Keys.AdminCert,
		"--kubelet-client-key=" + config.Keys.AdminKey,
		"--kubelet-preferred-address-types=InternalIP",
	}
}
