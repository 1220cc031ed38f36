package store

import (
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/marks"
	"github.com/grantor-dev/grantor/server/watch"
)

const issuer = "https://issuer.example"

// replica is what one replica of the server keeps things with.
type replica struct {
	keys     *keys.Store
	grants   *grants.Store
	logins   *logins.Store
	consents *consents.Store
	marks    *marks.Store
}

// replicas returns replicas that share their keys.
func replicas(t testing.TB, n int) []*replica {
	t.Helper()
	held := keystest.NewStore(t)
	out := make([]*replica, n)
	for i := range out {
		out[i] = newReplica(t, held, devenv.ServiceAccountOptions{})
	}
	return out
}

// faulty returns a replica behind a proxy, and another with the same keys that sees
// what is really stored.
func faulty(t testing.TB) (behind, beside *replica, proxy *devenv.FaultProxy) {
	t.Helper()
	proxy, err := devenv.StartFaultProxy(cluster.Kube(t).Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	held := keystest.NewStore(t)
	return newReplica(t, held, proxy.Account()), newReplica(t, held, devenv.ServiceAccountOptions{}), proxy
}

func newReplica(t testing.TB, held *keys.Store, account devenv.ServiceAccountOptions) *replica {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err := devenv.ServiceAccountKubeconfig(t.Context(), cluster.Kube(t).Config, devenv.SystemNamespace, devenv.ServerAccount, path, account)
	if err != nil {
		t.Fatal(err)
	}
	config, err := devenv.LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	scheme := runtime.NewScheme()
	if err := sessionv1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	client, err := watch.NewRESTClient(config, scheme, sessionv1alpha1.GroupVersion)
	if err != nil {
		t.Fatal(err)
	}
	backend := storage.Backend{Client: client, Namespace: devenv.SystemNamespace, Keys: held, Issuer: func() string { return issuer }}
	return &replica{
		keys: held, grants: grants.New(backend), logins: logins.New(backend, func(string) error { return nil }), consents: consents.New(backend), marks: marks.New(backend),
	}
}

var lifetimes = grants.Lifetimes{Whole: time.Hour, Idle: time.Hour, Access: time.Minute}

// newCode returns what a code says that was not redeemed.
func newCode() grants.Code {
	now := time.Now()
	return grants.Code{
		Grant: storage.NewName(), Login: storage.NewName(), ClientUID: "client-uid", UserUID: "user-uid", Subject: "local:" + storage.NewName(),
		AuthTime: now, IssuedAt: now, ExpiresAt: now.Add(time.Minute),
	}
}

// begin returns the Grant of a code, as each redemption makes its own.
func begin(code grants.Code) *grants.Grant {
	return grants.Begin(grants.Grant{ClientID: "team.app", Scopes: []string{"openid", "read"}}, code, lifetimes, time.Now())
}

// created returns a Grant that is stored, as a replica finds it.
func created(t testing.TB, r *replica) *grants.Grant {
	t.Helper()
	g := begin(newCode())
	if err := r.grants.Create(t.Context(), g, time.Now()); err != nil {
		t.Fatal(err)
	}
	return found(t, r, g.Name)
}

func found(t testing.TB, r *replica, name string) *grants.Grant {
	t.Helper()
	g, err := r.grants.Find(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// mustBeGone fails the test if there is a Grant of the name.
func mustBeGone(t testing.TB, r *replica, name string) {
	t.Helper()
	if g, err := r.grants.Find(t.Context(), name); !errors.Is(err, grants.ErrGone) {
		t.Errorf("stored is %+v, %v", g, err)
	}
}

// tokenOf returns the refresh token of a Grant.
func tokenOf(t testing.TB, r *replica, g *grants.Grant) string {
	t.Helper()
	set, err := r.keys.Current()
	if err != nil {
		t.Fatal(err)
	}
	return g.RefreshToken(set, issuer)
}

// ways is how many do the same at once.
const ways = 16

// together runs something at once and returns what each got.
func together[T any](n int, do func(i int) T) []T {
	out := make([]T, n)
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-begin
			out[i] = do(i)
		})
	}
	close(begin)
	wg.Wait()
	return out
}

func reads(resource string) func(devenv.RequestKey) bool {
	return func(key devenv.RequestKey) bool { return key.Resource == resource && !key.IsWrite() }
}

func writes(resource string) func(devenv.RequestKey) bool {
	return func(key devenv.RequestKey) bool { return key.Resource == resource && key.IsWrite() }
}

// hang lets a request through and never answers.
func hang(_ http.ResponseWriter, r *http.Request, forward http.Handler) {
	defer func() {
		_ = recover() // LoseAnswer breaks off; this answer does not even do that.
		<-r.Context().Done()
	}()
	devenv.LoseAnswer(nil)(nil, r, forward)
}
