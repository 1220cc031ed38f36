package devenv

import (
	"fmt"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// bearerKubeconfig writes a kubeconfig whose user is a bearer token.
func bearerKubeconfig(path string, cluster api.Cluster, user, token string) error {
	config := api.Config{
		Clusters:       map[string]*api.Cluster{"grantor": &cluster},
		AuthInfos:      map[string]*api.AuthInfo{user: {Token: token}},
		Contexts:       map[string]*api.Context{user: {Cluster: "grantor", AuthInfo: user}},
		CurrentContext: user,
	}
	content, err := clientcmd.Write(config)
	if err != nil {
		return fmt.Errorf("write kubeconfig %s: %w", path, err)
	}
	return WriteFile(path, content, 0o600)
}
