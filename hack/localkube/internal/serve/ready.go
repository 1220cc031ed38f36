package serve

import (
	"context"
	"fmt"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/hack/localkube/internal/controllers"
	"github.com/grantor-dev/grantor/hack/localkube/internal/kubeconfig"
	"github.com/grantor-dev/grantor/hack/localkube/internal/pki"
)

const (
	readyTimeout = 2 * time.Minute // a busy machine, three at once
	readyPoll    = 50 * time.Millisecond
)

// bringUp returns when clients may come: the API server is ready, the
// controllers run and have made the first ServiceAccount, the kubeconfig is
// written and the ready line is printed.
func bringUp(ctx context.Context, fail context.CancelCauseFunc, server string, keys pki.Files, file string) error {
	admin, err := kubernetes.NewForConfig(clientConfig(server, keys.CA, keys.AdminCert, keys.AdminKey))
	if err != nil {
		return fmt.Errorf("connect admin: %w", err)
	}
	if err := until(ctx, "API server ready", func(ctx context.Context) bool {
		return admin.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error() == nil
	}); err != nil {
		return err
	}

	ca, err := os.ReadFile(keys.CA)
	if err != nil {
		return fmt.Errorf("read authority: %w", err)
	}
	go func() {
		fail(controllers.Run(ctx, controllers.Config{
			Client:             clientConfig(server, keys.CA, keys.ControllersCert, keys.ControllersKey),
			CA:                 ca,
			ServiceAccountsKey: keys.ServiceAccountsKey,
		}))
	}()
	if err := until(ctx, "default ServiceAccount", func(ctx context.Context) bool {
		_, err := admin.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err == nil
	}); err != nil {
		return err
	}

	config, err := kubeconfig.New(kubeconfig.Credentials{
		Server: server, CA: keys.CA, Cert: keys.AdminCert, Key: keys.AdminKey,
	})
	if err != nil {
		return err
	}
	if err := kubeconfig.Write(file, config); err != nil {
		return err
	}
	fmt.Println("localkube ready:", server)
	return nil
}

// until polls, because a server that is not listening yet cannot be watched.
func until(ctx context.Context, what string, done func(context.Context) bool) error {
	err := wait.PollUntilContextTimeout(ctx, readyPoll, readyTimeout, true, func(ctx context.Context) (bool, error) {
		return done(ctx), nil
	})
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		return fmt.Errorf("wait for %s: %w", what, err)
	}
	return nil
}

// clientConfig has no rate limit: the API server's priority and fairness is
// the only one that matters here.
func clientConfig(server, ca, cert, key string) *rest.Config {
	return &rest.Config{
		Host:            server,
		UserAgent:       "localkube",
		QPS:             -1,
		TLSClientConfig: rest.TLSClientConfig{CAFile: ca, CertFile: cert, KeyFile: key},
	}
}
