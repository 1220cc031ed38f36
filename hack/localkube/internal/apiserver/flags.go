package apiserver

import (
	"net"
	"strconv"
)

// issuer is the one of kubeadm, so that tokens look as they do elsewhere.
const issuer = "https://kubernetes.default.svc.cluster.local"

func flags(config Config) []string {
	port := config.Listener.Addr().(*net.TCPAddr).Port
	all := []string{
		"--etcd-servers=" + config.Etcd,
		"--secure-port=" + strconv.Itoa(port),
		"--advertise-address=127.0.0.1",
		// A loopback address is not valid in the endpoints of a Service.
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=10.96.0.0/16",

		"--tls-cert-file=" + config.Keys.ServerCert,
		"--tls-private-key-file=" + config.Keys.ServerKey,
		"--client-ca-file=" + config.Keys.CA,
		"--authorization-mode=RBAC",

		"--service-account-issuer=" + issuer,
		"--service-account-key-file=" + config.Keys.ServiceAccountsKey,
		"--service-account-signing-key-file=" + config.Keys.ServiceAccountsKey,
	}
	return append(all, config.Audit.flags()...)
}
