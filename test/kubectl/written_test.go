package kubectl

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// guarded installs the policy of config/admission with which nobody but Grantor writes sessions and
// everyone may only end them.
var guarded sync.Once

// server returns a client that writes sessions as the server of a namespace does.
func server(t *testing.T, ns string) client.Client {
	t.Helper()
	g := shared.Grantor(t)
	guarded.Do(func() {
		root, err := devenv.RepoRoot()
		if err != nil {
			t.Fatal(err)
		}
		policy, err := os.ReadFile(filepath.Join(root, "config", "admission", "session_objects.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		// Without the other policies, which other tests are about.
		dir := t.TempDir()
		write(t, filepath.Join(dir, "kustomization.yaml"), "resources: [policy.yaml]\n")
		write(t, filepath.Join(dir, "policy.yaml"), string(policy))
		if err := devenv.ApplyDir(t.Context(), g.Kube.Config, dir); err != nil {
			t.Fatal(err)
		}
	})
	installation.Eventually(t, bound, func() bool {
		err := g.Admin.Create(t.Context(), session(ns, "probe", "shop.web", "local:probe"), client.DryRunAll)
		return err != nil && strings.Contains(err.Error(), "only Grantor writes session objects")
	}, func() string { return "policy that refuses anything" })
	config := rest.CopyConfig(g.Kube.Config)
	config.QPS = -1
	config.Impersonate = rest.ImpersonationConfig{UserName: "system:serviceaccount:" + ns + ":grantor-server", Groups: []string{"system:masters"}}
	c, err := client.New(config, client.Options{Scheme: g.Admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sealed is in each payload of these tests, and in no output.
const sealed = "c2VhbGVkLWFuZC1wcml2YXRl"

// session returns a Grant.
func session(ns, name, client, subject string) *sessionv1alpha1.Grant {
	now := time.Now().Truncate(time.Second)
	return &sessionv1alpha1.Grant{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec: sessionv1alpha1.GrantSpec{
			Subject: subject, Client: client, ClientUID: "0a1b2c3d-0000-4000-8000-000000000002", Scope: "openid read", Generation: 3,
			State: sessionv1alpha1.GrantActive, IssuedAt: metav1.NewTime(now), ExpiresAt: metav1.NewTime(now.Add(time.Hour)), Payload: sealed,
		},
	}
}
