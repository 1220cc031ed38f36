package applications

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// goPrograms builds what the directory golang pins, and returns where the programs are.
var goPrograms = sync.OnceValues(func() (string, error) {
	root, err := devenv.RepoRoot()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, ".local", "applications")
	_, _ = os.Stderr.WriteString("building applications of Go; from nothing this downloads modules and takes minutes ...\n")
	build := exec.Command("go", "build", "-mod=readonly", "-buildvcs=false", "-o", dir+"/", ".", "tool")
	build.Dir = filepath.Join(root, "test", "applications", "golang")
	build.Env = append(build.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	build.Stderr = os.Stderr
	return dir, build.Run()
})

// golang starts one of those programs.
func golang(name string, command func(settings) []string, environment ...string) func(*testing.T, settings) {
	return func(t *testing.T, s settings) {
		t.Helper()
		dir, err := goPrograms()
		if err != nil {
			t.Fatal(err)
		}
		program{
			command:     append([]string{filepath.Join(dir, name)}, command(s)...),
			environment: append(environment, "SSL_CERT_FILE="+s.CAFile),
		}.run(t, s)
	}
}

// goLibrary starts an application with a library.
func goLibrary(name string, environment ...string) func(*testing.T, settings) {
	return golang("golang", func(settings) []string { return []string{name} }, environment...)
}

func TestLibrariesForGo(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]application{
		"golang.org/x/oauth2 with go-oidc":       {path: "/callback", start: goLibrary("go-oidc"), refreshes: true},
		"hashicorp/cap":                          {path: "/callback", start: goLibrary("cap")},
		"zitadel/oidc, told to send a challenge": {path: "/callback", start: goLibrary("zitadel", "PKCE=true"), refreshes: true},
		"zitadel/oidc":                           {path: "/callback", start: goLibrary("zitadel"), refreshes: true, change: withoutProof},
		"goth":                                   {path: "/callback", start: goLibrary("goth"), refreshes: true, change: withoutProof},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.signIn(t)
		})
	}
}

// oauth2Proxy protects a page that another program serves.
func oauth2Proxy(t *testing.T, s settings) {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(learned{Name: "Alice Example", Email: r.Header.Get("X-Forwarded-Email")})
	}))
	t.Cleanup(upstream.Close)
	golang("oauth2-proxy", func(settings) []string { return nil },
		"OAUTH2_PROXY_PROVIDER=oidc", "OAUTH2_PROXY_OIDC_ISSUER_URL="+s.Issuer,
		"OAUTH2_PROXY_CLIENT_ID="+s.ID, "OAUTH2_PROXY_CLIENT_SECRET="+s.Secret, "OAUTH2_PROXY_REDIRECT_URL="+s.RedirectURI,
		"OAUTH2_PROXY_CODE_CHALLENGE_METHOD=S256",
		"OAUTH2_PROXY_COOKIE_SECRET="+rand.Text()+"abcdef", "OAUTH2_PROXY_COOKIE_SECURE=false", "OAUTH2_PROXY_HTTP_ADDRESS="+s.Address,
		"OAUTH2_PROXY_EMAIL_DOMAINS=*", "OAUTH2_PROXY_UPSTREAMS="+upstream.URL, "OAUTH2_PROXY_SKIP_PROVIDER_BUTTON=true",
	)(t, s)
}

// TestOAuth2Proxy: it lets only people in whose address is verified.
func TestOAuth2Proxy(t *testing.T) {
	t.Parallel()
	application{path: "/oauth2/callback", start: oauth2Proxy}.signIn(t)
}

// TestKubelogin: kubectl's plugin, which listens on a loopback port and has no secret,
// gets an ID token for the API server, and the next one with its refresh token.
func TestKubelogin(t *testing.T) {
	t.Parallel()
	dir, err := goPrograms()
	if err != nil {
		t.Fatal(err)
	}
	s := register(t, "", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://localhost"}
	})
	arguments := []string{
		"get-token", "--oidc-issuer-url=" + s.Issuer, "--oidc-client-id=" + s.ID, "--oidc-extra-scope=email", "--oidc-extra-scope=profile",
		"--certificate-authority=" + s.CAFile, "--listen-address=" + s.Address, "--token-cache-dir=" + t.TempDir(), "--skip-open-browser",
	}
	plugin := exec.CommandContext(t.Context(), filepath.Join(dir, "kubelogin"), arguments...)
	var complaints bytes.Buffer
	plugin.Stderr = &complaints
	out, err := plugin.StdoutPipe()
	if err == nil {
		err = plugin.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	awaitListener(t, s.Address)
	v := installation.NewVisitor(browser{}, s.Issuer, s.Home, strings.Replace(s.Home, "127.0.0.1", "localhost", 1))
	through(t, v, v.Get(t, s.Home))
	text, err := io.ReadAll(out)
	if err = errors.Join(err, plugin.Wait()); err != nil {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	first := verifyCredential(t, s, text)
	text, err = exec.CommandContext(t.Context(), filepath.Join(dir, "kubelogin"), append(arguments, "--force-refresh")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if verifyCredential(t, s, text) == first {
		t.Error("it has the same ID token again")
	}
}

// verifyCredential verifies what kubectl would send to the API server as that would,
// and returns it.
func verifyCredential(t *testing.T, s settings, text []byte) string {
	t.Helper()
	var credential struct{ Status struct{ Token string } }
	if err := json.Unmarshal(text, &credential); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	provider, err := oidc.NewProvider(t.Context(), s.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: s.ID, SupportedSigningAlgs: []string{oidc.RS256}}).Verify(t.Context(), credential.Status.Token)
	if err != nil {
		t.Fatal(err)
	}
	var who struct{ Name, Email string }
	if err := token.Claims(&who); err != nil || who.Name != "Alice Example" || who.Email != "alice@example.com" {
		t.Errorf("the ID token is about %+v, %v", who, err)
	}
	return credential.Status.Token
}
