package kubeconfig

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// contextName is also how a file is recognised as ours.
const contextName = "localkube"

// Credentials is what a client needs; the certificates and the key are files.
type Credentials struct {
	Server string
	CA     string
	Cert   string
	Key    string
}

// New returns a kubeconfig with the content of the files embedded.
func New(c Credentials) (*clientcmdapi.Config, error) {
	config := clientcmdapi.NewConfig()
	config.Clusters[contextName] = &clientcmdapi.Cluster{Server: c.Server, CertificateAuthority: c.CA}
	config.AuthInfos[contextName] = &clientcmdapi.AuthInfo{ClientCertificate: c.Cert, ClientKey: c.Key}
	config.Contexts[contextName] = &clientcmdapi.Context{Cluster: contextName, AuthInfo: contextName}
	config.CurrentContext = contextName
	if err := clientcmdapi.FlattenConfig(config); err != nil {
		return nil, fmt.Errorf("embed credentials: %w", err)
	}
	return config, nil
}

// Write replaces path in one step, so that no reader sees half a file.
func Write(path string, config *clientcmdapi.Config) error {
	content, err := clientcmd.Write(*config)
	if err != nil {
		return fmt.Errorf("encode kubeconfig: %w", err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".kubeconfig-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(content)
	if err := errors.Join(err, draft.Close()); err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	return nil
}

// Clear makes room for Write: it makes the folder and takes away the file of an
// earlier run. It refuses to touch a kubeconfig of another origin.
func Clear(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make kubeconfig folder: %w", err)
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read kubeconfig: %w", err)
	}
	config, err := clientcmd.Load(content)
	if len(content) > 0 && (err != nil || config.CurrentContext != contextName) {
		return fmt.Errorf("%s was not written by localkube: name another file", path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove kubeconfig: %w", err)
	}
	return nil
}
