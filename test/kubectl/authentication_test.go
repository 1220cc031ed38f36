package kubectl

import (
	"context"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// An API server lets a user in by the ID token of kubectl oauth login, with the
// configuration and the entry of docs/guides/kubectl-oauth.md.
func TestAPIServerAcceptsIDTokens(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "authentication.yaml")
	write(t, config, "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n")
	ca, err := devenv.GenerateCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	g := secure(t, ca, devenv.OwnKube(t, func(o *devenv.KubeOptions) { o.AuthenticationConfig = config }))
	id := g.Create(t, native(devenv.Namespace(t, g.Kube.Config))).ClientID()
	authority, err := os.ReadFile(ca.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	write(t, config, strings.NewReplacer(
		"https://auth.example.com", g.Issuer, "shop.cli", id,
		"# certificateAuthority: |     # PEM, for a private authority",
		"certificateAuthority: |\n      "+strings.ReplaceAll(string(authority), "\n", "\n      "),
	).Replace(fromGuide(t, "kind: AuthenticationConfiguration")))

	home, kubeconfig := t.TempDir(), userOf(t, g, ca, id)
	pool, err := ca.Pool()
	if err != nil {
		t.Fatal(err)
	}
	visitor := installation.NewVisitor(&http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}, g.Issuer)
	login := command(t, "", "login", "--no-browser", "--issuer="+g.Issuer, "--client-id="+id, "--scope=openid,groups", "--ca-file="+ca.CAFile)
	login.Env = append(login.Env, "HOME="+home)
	visit(t, login, visitor, func(view installation.View) installation.View {
		return visitor.Through(t, view, "alice")
	}).want(t, 0)

	var got result
	installation.Eventually(t, bound, func() bool {
		cmd := kubectl(t, kubeconfig, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username} {.status.userInfo.groups}")
		cmd.Env = append(cmd.Env, "HOME="+home)
		got = finish(t, cmd)
		return got.code == 0
	}, func() string { return "user of the API server: " + got.stderr })
	if !strings.HasPrefix(got.stdout, "grantor:local:") || !strings.Contains(got.stdout, `"grantor:devs"`) {
		t.Errorf("the API server says that the user is %s", got.stdout)
	}
}

// secure starts a Grantor that serves https.
func secure(t *testing.T, ca *devenv.CA, kube *devenv.Kube) *installation.Installation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g, err := installation.Start(ctx, kube, installation.Options{TLS: ca})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// userOf returns a kubeconfig with the entry that kubectl oauth kubeconfig prints.
func userOf(t *testing.T, g *installation.Installation, ca *devenv.CA, id string) string {
	t.Helper()
	printed := finish(t, command(t, "", "kubeconfig", "--issuer="+g.Issuer, "--client-id="+id, "--ca-file="+ca.CAFile, "--no-browser"))
	printed.want(t, 0)
	config, err := clientcmd.Load([]byte(printed.stdout))
	if err != nil {
		t.Fatal(err)
	}
	config.Clusters["here"] = &api.Cluster{Server: g.Kube.Config.Host, CertificateAuthorityData: g.Kube.Config.CAData}
	config.Contexts["here"], config.CurrentContext = &api.Context{Cluster: "here", AuthInfo: "oauth"}, "here"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// fromGuide returns the block of YAML in the guide that has a text.
func fromGuide(t *testing.T, text string) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "docs", "guides", "kubectl-oauth.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(guide), "```yaml\n")[1:] {
		if block, _, _ = strings.Cut(block, "```"); strings.Contains(block, text) {
			return block
		}
	}
	t.Fatalf("the guide has no block with %q", text)
	return ""
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := devenv.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
