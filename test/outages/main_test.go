//go:build faults

package outages

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// cluster is the one of this package, which is stopped and started, and what runs in it.
var cluster struct {
	*installation.Installation
	options devenv.KubeOptions
	kube    *devenv.Kube
	proxy   *devenv.FaultProxy
	away    bool
}

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "grantor-outages-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		err = begin(dir)
	}
	defer end()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func begin(dir string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	root, err := devenv.RepoRoot()
	if err != nil {
		return err
	}
	cluster.options = devenv.KubeOptions{Dir: dir, LogFile: filepath.Join(dir, "kube.log")}
	if err := comeBack(ctx); err != nil {
		return err
	}
	if err := devenv.Install(ctx, cluster.kube.Config, root, devenv.InstallOptions{}); err != nil {
		return err
	}
	if cluster.proxy, err = devenv.StartFaultProxy(cluster.kube.Config); err != nil {
		return err
	}
	cluster.Installation, err = installation.Start(ctx, cluster.kube, installation.Options{Servers: 3, Proxy: cluster.proxy})
	return err
}

func end() {
	if cluster.Installation != nil {
		_ = cluster.Stop()
	}
	if cluster.proxy != nil {
		_ = cluster.proxy.Close()
	}
	if cluster.kube != nil {
		_ = cluster.kube.Stop()
	}
}

// comeBack starts the control plane with what it has stored.
func comeBack(ctx context.Context) (err error) {
	cluster.kube, err = devenv.StartKube(ctx, cluster.options)
	return err
}

// stop ends the control plane, until start or the end of the test.
func stop(t testing.TB) {
	t.Helper()
	if err := cluster.kube.Stop(); err != nil {
		t.Fatal(err)
	}
	cluster.away = true
	t.Cleanup(func() {
		if cluster.away {
			start(t)
		}
	})
}

// start starts the control plane again, and the operator, as a kubelet does: it ends when it
// cannot renew its lease.
func start(t testing.TB) {
	t.Helper()
	if err := comeBack(context.Background()); err != nil {
		t.Fatal(err)
	}
	cluster.away = false
	select {
	case <-cluster.Operator.Done():
		if err := cluster.Operator.Restart(context.Background()); err != nil {
			t.Fatal(err)
		}
	case <-time.After(2 * time.Second):
	}
}

// user is an application and the browser of someone who signed in to it.
type user struct {
	installation.App
	visitor *installation.Visitor
}

func newUser(t testing.TB) *user {
	t.Helper()
	namespace := devenv.Namespace(t, cluster.kube.Config)
	u := &user{App: cluster.NewApp(t, installation.Application(namespace, "app"))}
	u.visitor = installation.NewVisitor(http.DefaultTransport, u.Issuer)
	return u
}

// session returns an access token and a refresh token.
func (u *user) session(t testing.TB) (access, refresh string) {
	t.Helper()
	return pair(u.Tokens(t, u.visitor, "alice", url.Values{"scope": {"openid offline_access"}}))
}

func pair(answer map[string]any) (access, refresh string) {
	access, _ = answer["access_token"].(string)
	refresh, _ = answer["refresh_token"].(string)
	return access, refresh
}

// at returns the application as it asks a replica.
func (u *user) at(n int) installation.App {
	app := u.App
	app.Issuer = cluster.Servers[n].Options().URL
	return app
}

// active reports what every replica says of a token.
func (u *user) active(t testing.TB, token string, want bool) bool {
	t.Helper()
	for n := range cluster.Servers {
		answer := u.at(n).Post(t, "/introspect", url.Values{"token": {token}})
		if answer.Status != http.StatusOK || answer.JSON["active"] != want {
			return false
		}
	}
	return true
}

// works waits until every replica answers, and refreshes a session at each.
func (u *user) works(t testing.TB, within time.Duration, access, refresh string) (string, string) {
	t.Helper()
	installation.Eventually(t, within, func() bool { return u.active(t, access, true) }, func() string { return "replicas that answer" })
	for n := range cluster.Servers {
		answer := u.at(n).Refresh(t, refresh, nil)
		if answer.Status != http.StatusOK {
			t.Fatalf("replica %d answers a refresh with %d %s", n, answer.Status, answer.Body)
		}
		access, refresh = pair(answer.JSON)
	}
	return access, refresh
}

// alive fails the test if a replica has ended.
func alive(t testing.TB) {
	t.Helper()
	for _, program := range cluster.Servers {
		select {
		case <-program.Done():
			t.Fatalf("%s has ended", program.Options().Name)
		default:
		}
	}
}

func unavailable(t testing.TB, what string, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusServiceUnavailable {
		t.Errorf("%s answers %d %s", what, answer.Status, answer.Body)
	}
}

func refused(t testing.TB, what string, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		t.Errorf("%s answers %d %s", what, answer.Status, answer.Body)
	}
}
