package deployment

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/render"
)

// checkSecrets refuses a server whose pods could not start, or not work, with a Secret
// that its spec names. They are read from the API server: the cache holds only what is
// ours.
func (r *Reconciler) checkSecrets(ctx context.Context, server *oauthv1alpha1.OAuthServer) error {
	if server.Spec.Deployment == nil {
		return nil
	}
	for _, use := range render.SecretUses(server) {
		secret := &corev1.Secret{}
		err := r.Live.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: use.Name}, secret)
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("get Secret %s: %w", use.Name, err)
		}
		if err == nil {
			err = usable(use.Key, secret.Data[use.Key])
		} else {
			err = errors.New("does not exist")
		}
		if err != nil {
			return &refusal{oauthv1alpha1.ReasonSecretNotUsable, fmt.Sprintf("Secret %q, which %s names, %v.", use.Name, use.Field, err)}
		}
	}
	return nil
}

// usable says what is wrong with the value of a key, and nothing of the value.
func usable(key string, value []byte) error {
	switch {
	case len(value) == 0:
		return fmt.Errorf("has no key %s", key)
	case key == render.CAKey && !x509.NewCertPool().AppendCertsFromPEM(value):
		return fmt.Errorf("has no PEM certificate in its key %s", key)
	case key == render.KubeconfigKey:
		return usableKubeconfig(value)
	}
	return nil
}

// usableKubeconfig refuses one that leads outside of itself: in the pod there is no such
// file and no such command.
func usableKubeconfig(value []byte) error {
	config, err := clientcmd.RESTConfigFromKubeConfig(value)
	if err != nil {
		return errors.New("has no kubeconfig in its key kubeconfig, or one without a current context")
	}
	files := config.CAFile + config.CertFile + config.KeyFile + config.BearerTokenFile
	if files != "" || config.ExecProvider != nil || config.AuthProvider != nil {
		return errors.New("has a kubeconfig in its key kubeconfig that names files or commands")
	}
	return nil
}
