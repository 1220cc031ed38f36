package faults

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// grantor is one operator behind a proxy and one replica that reaches the API
// server undisturbed.
type grantor struct {
	*installation.Installation
	// proxy stands between the operator and the API server.
	proxy  *devenv.FaultProxy
	binary string
	// at is the OAuthServer of the replica.
	at client.ObjectKey
}

var shared struct {
	once    sync.Once
	grantor *grantor
	err     error
	stop    []func(context.Context) error
	names   atomic.Int64
}

// start returns the running Grantor, with its operator alive and nothing broken.
func start(t testing.TB) *grantor {
	t.Helper()
	kube := cluster.Kube(t)
	shared.once.Do(func() { shared.grantor, shared.err = launch(kube) })
	if shared.err != nil {
		t.Fatalf("start Grantor: %v", shared.err)
	}
	return shared.grantor
}

func launch(kube *devenv.Kube) (*grantor, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	root, err := devenv.RepoRoot()
	if err != nil {
		return nil, err
	}
	g := &grantor{
		Installation: &installation.Installation{Kube: kube},
		at:           client.ObjectKey{Namespace: devenv.SystemNamespace, Name: devenv.ServerName},
	}
	if g.binary, err = devenv.GrantorBinary(ctx, root, true); err != nil {
		return nil, err
	}
	if g.Dir, err = os.MkdirTemp("", "grantor-faults-"); err != nil {
		return nil, err
	}
	if g.Admin, err = installation.NewAdmin(kube); err != nil {
		return nil, err
	}
	port, err := devenv.FreePort()
	if err != nil {
		return nil, err
	}
	g.Issuer = "http://" + devenv.Loopback(port)
	if err := devenv.InstallServer(ctx, kube.Config, root, g.Issuer); err != nil {
		return nil, err
	}
	if g.proxy, err = devenv.StartFaultProxy(kube.Config); err != nil {
		return nil, err
	}
	// It is killed and started again all the time, which takes long with the race detector.
	plain, err := devenv.GrantorBinary(ctx, root, false)
	if err != nil {
		return nil, err
	}
	if g.Operator, err = g.operatorOf(ctx, plain, g.proxy.Account()); err != nil {
		return nil, err
	}
	shared.stop = append(shared.stop, g.Operator.Stop)
	replica, err := g.server(ctx, port, devenv.ServiceAccountOptions{})
	if err != nil {
		return nil, err
	}
	shared.stop = append(shared.stop, replica.Stop)
	g.Servers = append(g.Servers, replica)
	return g, g.Announce(ctx, g.Servers...)
}

// operator starts an operator that does not wait for a lease, so that it works at
// once after a crash and beside another one.
func (g *grantor) operator(ctx context.Context, account devenv.ServiceAccountOptions) (*devenv.Program, error) {
	return g.operatorOf(ctx, g.binary, account)
}

func (g *grantor) operatorOf(ctx context.Context, binary string, account devenv.ServiceAccountOptions) (*devenv.Program, error) {
	kubeconfig, name, err := g.account(ctx, devenv.SystemNamespace, devenv.OperatorAccount, account)
	if err != nil {
		return nil, err
	}
	port, err := devenv.FreePort()
	if err != nil {
		return nil, err
	}
	return devenv.StartProgram(ctx, devenv.OperatorOptions(devenv.OperatorSettings{
		Binary: binary, Kubeconfig: kubeconfig, MetricsPort: port,
		LogFile: filepath.Join(g.Dir, name+".log"), LogLevel: "debug", Args: []string{"--leader-elect=false"},
	}))
}

func (g *grantor) server(ctx context.Context, port int, account devenv.ServiceAccountOptions) (*devenv.Program, error) {
	kubeconfig, name, err := g.account(ctx, g.at.Namespace, devenv.ServerAccount, account)
	if err != nil {
		return nil, err
	}
	metrics, err := devenv.FreePort()
	if err != nil {
		return nil, err
	}
	return devenv.StartProgram(ctx, devenv.ServerOptions(devenv.ServerSettings{
		Binary: g.binary, Kubeconfig: kubeconfig, Port: port, MetricsPort: metrics,
		LogFile: filepath.Join(g.Dir, name+".log"), LogLevel: "debug",
		Args: []string{"--server-name", g.at.Name, "--server-namespace", g.at.Namespace},
	}))
}

// account writes a kubeconfig and returns its path and a name for the program.
func (g *grantor) account(ctx context.Context, ns, account string, options devenv.ServiceAccountOptions) (kubeconfig, name string, err error) {
	name = fmt.Sprintf("%s-%d", account, shared.names.Add(1))
	kubeconfig = filepath.Join(g.Dir, name+".kubeconfig")
	return kubeconfig, name, devenv.ServiceAccountKubeconfig(ctx, g.Kube.Config, ns, account, kubeconfig, options)
}

// oneAtATime makes the tests that break the operator wait for each other, while
// those of replicas go on beside them.
var oneAtATime sync.Mutex

// startBroken returns the running Grantor to a test that breaks the operator.
func startBroken(t *testing.T) *grantor {
	t.Helper()
	t.Parallel()
	g := start(t)
	oneAtATime.Lock()
	t.Cleanup(func() {
		defer oneAtATime.Unlock()
		g.heal(t)
	})
	g.heal(t)
	return g
}

// within lets a hook decide only about requests in a namespace.
func within(ns string, hook devenv.Hook) devenv.Hook {
	return func(r *http.Request) devenv.Fault {
		if devenv.DescribeRequest(r).Namespace != ns {
			return nil
		}
		return hook(r)
	}
}

// heal ends all faults and starts the operator if it does not run.
func (g *grantor) heal(t testing.TB) {
	t.Helper()
	g.proxy.SetHook(nil)
	select {
	case <-g.Operator.Done():
		if err := g.Operator.Restart(context.Background()); err != nil {
			t.Fatal(err)
		}
	default:
	}
}

// replica starts one more replica, behind a proxy of its own, for one test.
func (g *grantor) replica(t testing.TB) (url string, proxy *devenv.FaultProxy, program *devenv.Program) {
	t.Helper()
	proxy, err := devenv.StartFaultProxy(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	port := installation.FreePort(t)
	if program, err = g.server(t.Context(), port, proxy.Account()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := program.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	return program.Options().URL, proxy, program
}

// namespace returns a namespace of the test's own.
func namespace(t testing.TB) string {
	t.Helper()
	return devenv.Namespace(t, cluster.Kube(t).Config)
}

// credentialWrite accepts the operator's writes that a client secret depends on.
func credentialWrite(key devenv.RequestKey) bool {
	return key.IsWrite() && (key.Group == "oauth.grantor.dev" || key.Group == "" && key.Resource == "secrets")
}
