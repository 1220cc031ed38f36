package devenv

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
)

// TokenLifetime is asked for by default; an API server may grant less.
const TokenLifetime = 365 * 24 * time.Hour

// ServiceAccountOptions changes what ServiceAccountKubeconfig writes.
type ServiceAccountOptions struct {
	// Server and CAData of the endpoint to talk to instead of the API server's
	// own, for example those of a FaultProxy. Over plain http client-go sends
	// no token, so the API server takes such a client for anonymous.
	Server string
	CAData []byte
	// Lifetime of the token. Default: TokenLifetime.
	Lifetime time.Duration
}

// ServiceAccountKubeconfig writes a kubeconfig (mode 0600) with which a program
// is the ServiceAccount, and so has its rights and no others.
func ServiceAccountKubeconfig(
	ctx context.Context, cfg *rest.Config, namespace, name, path string, o ServiceAccountOptions,
) error {
	user := "system:serviceaccount:" + namespace + ":" + name
	token, err := serviceAccountToken(ctx, cfg, namespace, name, o.Lifetime)
	if err != nil {
		return fmt.Errorf("get a token of %s: %w", user, err)
	}
	cluster, err := clusterOf(cfg)
	if err != nil {
		return err
	}
	if o.Server != "" {
		cluster = api.Cluster{Server: o.Server, CertificateAuthorityData: o.CAData}
	}
	return bearerKubeconfig(path, cluster, user, token)
}

func serviceAccountToken(
	ctx context.Context, cfg *rest.Config, namespace, name string, lifetime time.Duration,
) (string, error) {
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return "", fmt.Errorf("make a client: %w", err)
	}
	if lifetime == 0 {
		lifetime = TokenLifetime
	}
	seconds := int64(lifetime.Seconds())
	request := &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds},
	}
	ctx, cancel := context.WithTimeout(ctx, requestBound)
	defer cancel()
	answer, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, request, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	return answer.Status.Token, nil
}

// clusterOf describes how to reach and trust the API server, without any
// credential of the administrator.
func clusterOf(cfg *rest.Config) (api.Cluster, error) {
	cfg = rest.CopyConfig(cfg)
	if err := rest.LoadTLSFiles(cfg); err != nil {
		return api.Cluster{}, fmt.Errorf("read the API server's CA: %w", err)
	}
	base, _, err := rest.DefaultServerUrlFor(cfg)
	if err != nil {
		return api.Cluster{}, fmt.Errorf("read the API server's address: %w", err)
	}
	return api.Cluster{
		Server:                   base.String(),
		TLSServerName:            cfg.ServerName,
		InsecureSkipTLSVerify:    cfg.Insecure,
		CertificateAuthorityData: cfg.CAData,
	}, nil
}
