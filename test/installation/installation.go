package installation

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// Options say what to start.
type Options struct {
	// Race runs the programs with the race detector.
	Race bool
	// Servers is the number of replicas; default 1.
	Servers int
	// LogLevel of the programs; default debug, so that tests see what the logs
	// could leak.
	LogLevel string
	// Proxy, if set, stands between the programs and the API server.
	Proxy *devenv.FaultProxy
	// OperatorArgs are added to the operator's command line, ServerArgs to that of
	// every replica.
	OperatorArgs, ServerArgs []string
	// TLS names the certificate to serve https with; nil is http.
	TLS *devenv.CA
	// Restored, if set, is called in place of installing OAuthServer default: it brings
	// back one with the given issuer, http at a loopback address.
	Restored func() (issuer string)
}

// Installation is a running Grantor.
type Installation struct {
	// Kube is the cluster.
	Kube *devenv.Kube
	// Admin is a client with all rights, which reads from the API server.
	Admin client.Client
	// Issuer is the issuer URL; the first replica answers at it.
	Issuer string
	// Operator and Servers are the processes.
	Operator *devenv.Program
	Servers  []*devenv.Program
	// Dir holds the kubeconfigs and the logs of the programs.
	Dir string
	// TLS names the certificate of the replicas; nil is http.
	TLS *devenv.CA
}

// Start installs OAuthServer default, starts the programs and waits until they are
// ready. The cluster has the CRDs and the roles already.
func Start(ctx context.Context, kube *devenv.Kube, options Options) (*Installation, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	binary, err := devenv.GrantorBinary(ctx, root, options.Race)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "grantor-test-")
	if err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	i := &Installation{Kube: kube, Dir: dir, TLS: options.TLS}
	if i.Admin, err = NewAdmin(kube); err != nil {
		return nil, err
	}
	ports := make([]int, 2*max(options.Servers, 1)+1)
	for n := range ports {
		if ports[n], err = devenv.FreePort(); err != nil {
			return nil, err
		}
	}
	if ports[1], err = i.configure(ctx, root, options, ports[1]); err != nil {
		return nil, err
	}
	if err := i.startPrograms(ctx, binary, options, ports); err != nil {
		return nil, errors.Join(err, i.Stop())
	}
	return i, nil
}

// configure sees to OAuthServer default and returns the port of its issuer.
func (i *Installation) configure(ctx context.Context, root string, options Options, port int) (int, error) {
	if options.Restored != nil {
		i.Issuer = options.Restored()
		u, err := url.Parse(i.Issuer)
		if err != nil {
			return 0, fmt.Errorf("parse the issuer: %w", err)
		}
		return strconv.Atoi(u.Port())
	}
	scheme := "http://"
	if options.TLS != nil {
		scheme = "https://"
	}
	i.Issuer = scheme + devenv.Loopback(port)
	return port, devenv.InstallServer(ctx, i.Kube.Config, root, i.Issuer)
}

func (i *Installation) startPrograms(ctx context.Context, binary string, options Options, ports []int) error {
	account := devenv.ServiceAccountOptions{}
	if options.Proxy != nil {
		account = options.Proxy.Account()
	}
	level := options.LogLevel
	if level == "" {
		level = "debug"
	}
	kubeconfig := map[string]string{}
	for _, name := range []string{devenv.OperatorAccount, devenv.ServerAccount} {
		kubeconfig[name] = filepath.Join(i.Dir, name+".kubeconfig")
		if err := devenv.ServiceAccountKubeconfig(ctx, i.Kube.Config, devenv.SystemNamespace, name, kubeconfig[name], account); err != nil {
			return err
		}
	}
	var err error
	i.Operator, err = devenv.StartProgram(ctx, devenv.OperatorOptions(devenv.OperatorSettings{
		Binary: binary, Kubeconfig: kubeconfig[devenv.OperatorAccount], MetricsPort: ports[0],
		LogFile: filepath.Join(i.Dir, "operator.log"), LogLevel: level, Args: options.OperatorArgs,
	}))
	if err != nil {
		return err
	}
	for n := 1; n+1 < len(ports); n += 2 {
		program, err := devenv.StartProgram(ctx, devenv.ServerOptions(devenv.ServerSettings{
			Binary: binary, Kubeconfig: kubeconfig[devenv.ServerAccount], Port: ports[n], MetricsPort: ports[n+1],
			LogFile: filepath.Join(i.Dir, fmt.Sprintf("server-%d.log", len(i.Servers))), LogLevel: level,
			TLS: options.TLS, Args: options.ServerArgs,
		}))
		if err != nil {
			return err
		}
		i.Servers = append(i.Servers, program)
	}
	if err := i.Announce(ctx, i.Servers...); err != nil || options.Restored != nil {
		return err
	}
	return i.awaitUser(ctx, "alice")
}

// awaitUser waits until the operator has handed on the password of a user of Install, which
// tests sign in as soon as they can.
func (i *Installation) awaitUser(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		user := &oauthv1alpha1.OAuthUser{}
		if err := i.Admin.Get(ctx, client.ObjectKey{Namespace: devenv.SystemNamespace, Name: name}, user); err != nil {
			return fmt.Errorf("wait for user %s: %w", name, err)
		}
		if meta.IsStatusConditionTrue(user.Status.Conditions, oauthv1alpha1.ConditionReady) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("user %s is not ready: %w", name, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Announce makes exactly these replicas known to the operator.
func (i *Installation) Announce(ctx context.Context, replicas ...*devenv.Program) error {
	urls := make([]string, len(replicas))
	for n, replica := range replicas {
		urls[n] = replica.Options().MetricsURL
	}
	return devenv.Announce(ctx, i.Kube.Config, urls...)
}

// Stop ends the programs.
func (i *Installation) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var errs []error
	for _, program := range append([]*devenv.Program{i.Operator}, i.Servers...) {
		if program != nil {
			errs = append(errs, program.Stop(ctx))
		}
	}
	return errors.Join(errs...)
}

// NewAdmin returns a client with all rights that reads from the API server.
func NewAdmin(kube *devenv.Kube) (client.Client, error) {
	scheme := runtime.NewScheme()
	err := errors.Join(corev1.AddToScheme(scheme), oauthv1alpha1.AddToScheme(scheme), sessionv1alpha1.AddToScheme(scheme))
	if err != nil {
		return nil, fmt.Errorf("register kinds: %w", err)
	}
	admin, err := client.New(kube.Config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	return admin, nil
}
