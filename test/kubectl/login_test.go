package kubectl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	clientauthenticationv1 "k8s.io/client-go/pkg/apis/clientauthentication/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// native returns an application of the command line.
func native(ns string) *oauthv1alpha1.OAuthClient {
	return installation.Application(ns, "cli", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://127.0.0.1/callback"}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	})
}

// invited starts a command that asks its user for something, and returns the line that does.
// end waits for the end of the command.
func invited(t *testing.T, cmd *exec.Cmd) (line string, end func() result) {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	line, _ = lines.ReadString('\n')
	return strings.TrimSpace(line), func() result {
		rest, _ := io.ReadAll(lines)
		_ = cmd.Wait()
		return result{cmd.ProcessState.ExitCode(), out.String(), string(rest)}
	}
}

// signIn runs a command, and alice does in her browser what it asks for.
func signIn(t *testing.T, cacheDir string, decide func(installation.View, *installation.Visitor) installation.View, args ...string) result {
	t.Helper()
	g := shared.Grantor(t)
	cmd := command(t, "", append(args, "--no-browser", "--token-cache-dir="+cacheDir, "--issuer="+g.Issuer)...)
	visitor := installation.NewVisitor(nil, g.Issuer)
	return visit(t, cmd, visitor, func(view installation.View) installation.View { return decide(view, visitor) })
}

// visit runs a command and opens the URL that it prints.
func visit(t *testing.T, cmd *exec.Cmd, visitor *installation.Visitor, decide func(installation.View) installation.View) result {
	t.Helper()
	line, end := invited(t, cmd)
	to, found := strings.CutPrefix(line, "Open this URL to sign in: ")
	if !found {
		t.Fatalf("it says %q", line)
	}
	back, err := http.Get(decide(visitor.Get(t, to)).Elsewhere.String())
	if err != nil {
		t.Fatal(err)
	}
	back.Body.Close()
	return end()
}

func TestLogin(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, native(ns))
	home := t.TempDir()
	dir := filepath.Join(home, ".cache", "kubectl-oauth")
	args := []string{"login", "--client-id=" + ns + ".cli", "--scope=openid,groups"}

	denied := signIn(t, dir, func(view installation.View, v *installation.Visitor) installation.View {
		return v.Decide(t, v.SignIn(t, view, "alice", "alice-password"), "deny")
	}, args...)
	denied.fails(t, "access_denied")

	allowed := signIn(t, dir, func(view installation.View, v *installation.Visitor) installation.View {
		return v.Through(t, view, "alice")
	}, args...)
	allowed.want(t, 0)
	decode := command(t, "", "decode")
	decode.Stdin = strings.NewReader(allowed.stdout)
	finish(t, decode).want(t, 0, `client_id: "`+ns+`.cli"`, "Signature: verified")

	again := func(more ...string) result {
		return finish(t, command(t, "", append(append(args, "--no-browser", "--token-cache-dir="+dir, "--issuer="+g.Issuer), more...)...))
	}
	if kept := again(); kept.code != 0 || kept.stdout != allowed.stdout {
		t.Errorf("the token is not kept: %d %s", kept.code, kept.stderr)
	}
	id := credential(t, again("--exec-credential"))

	// Six processes refresh once.
	expire(t, dir)
	results := make([]result, 6)
	var done sync.WaitGroup
	for i := range results {
		done.Go(func() { results[i] = again("--exec-credential") })
	}
	done.Wait()
	refreshed := credential(t, results[0])
	for _, other := range results {
		if token := credential(t, other); token != refreshed || token == id {
			t.Error("the ID token was refreshed more than once, or not at all")
		}
	}
	if generation := strings.Split(tokens(t, dir)["refreshToken"].(string), ".")[1]; generation != "2" {
		t.Errorf("the refresh token is of generation %s", generation)
	}
	if sent := sentByKubectl(t, ns, home); sent != "Bearer "+refreshed {
		t.Errorf("kubectl sends %d bytes, which are not the ID token", len(sent))
	}
}

// sentByKubectl returns what kubectl sends to an API server as its credentials, with the
// entry that kubectl oauth kubeconfig prints.
func sentByKubectl(t *testing.T, ns, home string) string {
	t.Helper()
	sent := make(chan string, 1)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case sent <- r.Header.Get("Authorization"):
		default:
		}
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	config, err := clientcmd.Load([]byte(oauth(t, "kubeconfig", "cli", "-n", ns).stdout))
	if err != nil {
		t.Fatal(err)
	}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	config.Clusters["stub"] = &api.Cluster{Server: server.URL, CertificateAuthorityData: authority}
	config.Contexts["stub"], config.CurrentContext = &api.Context{Cluster: "stub", AuthInfo: "oauth"}, "stub"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	cmd := kubectl(t, path, "get", "--raw", "/")
	cmd.Env = append(cmd.Env, "HOME="+home)
	finish(t, cmd).want(t, 0)
	select {
	case got := <-sent:
		return got
	default:
		return ""
	}
}

// credential returns the token of an ExecCredential.
func credential(t *testing.T, r result) string {
	t.Helper()
	var answer clientauthenticationv1.ExecCredential
	if err := json.Unmarshal([]byte(r.stdout), &answer); err != nil || r.code != 0 {
		t.Fatalf("exit code %d, %v: %s", r.code, err, r.stderr)
	}
	if answer.APIVersion != "client.authentication.k8s.io/v1" || answer.Kind != "ExecCredential" || answer.Status.Token == "" || !answer.Status.ExpirationTimestamp.After(time.Now()) {
		t.Fatalf("the ExecCredential is of %s %s, until %v", answer.APIVersion, answer.Kind, answer.Status.ExpirationTimestamp)
	}
	return answer.Status.Token
}

// cached returns the one file of tokens.
func cached(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the cache has %v, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the cache has mode %v, %v", info.Mode(), err)
	}
	return files[0]
}

func tokens(t *testing.T, dir string) map[string]any {
	t.Helper()
	content, err := os.ReadFile(cached(t, dir))
	var stored map[string]any
	if err != nil || json.Unmarshal(content, &stored) != nil {
		t.Fatalf("read the cache: %v", err)
	}
	return stored
}

// expire makes the cached tokens look as if their time were over.
func expire(t *testing.T, dir string) {
	t.Helper()
	stored := tokens(t, dir)
	stored["idTokenExpiry"], stored["accessTokenExpiry"] = "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
	content, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cached(t, dir), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// With --device, alice signs in with a browser that the command does not reach.
func TestLoginOfADevice(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, installation.Application(ns, "cli", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = nil
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantDeviceCode, oauthv1alpha1.GrantRefreshToken}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	}))
	for decision, ends := range map[string]func(result){
		"deny":  func(r result) { r.fails(t, "access_denied") },
		"allow": func(r result) { r.want(t, 0, ".") },
	} {
		cmd := command(t, "", "login", "--device", "--client-id="+ns+".cli", "--token-cache-dir="+t.TempDir(), "--issuer="+g.Issuer)
		line, end := invited(t, cmd)
		link, code, found := strings.Cut(strings.TrimPrefix(line, "Open "), " and compare the code ")
		if !found {
			t.Fatalf("it says %q", line)
		}
		visitor := installation.NewVisitor(nil, g.Issuer)
		view := visitor.SignIn(t, visitor.Get(t, link), "alice", "alice-password")
		if !strings.Contains(view.Body, code) {
			t.Errorf("the page does not show %s", code)
		}
		visitor.Decide(t, view, decision)
		ends(end())
	}
}
