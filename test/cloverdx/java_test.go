package cloverdx

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
	"github.com/grantor-dev/grantor/test/installation"
)

// jars are what the library consists of, in Debian's packages.
var jars = []string{
	"google-oauth-client.jar", "google-http-client.jar", "google-http-client-gson.jar", "gson.jar", "opencensus-api.jar", "opencensus-contrib-http-util.jar",
	"grpc-context.jar", "guava.jar", "httpclient.jar", "httpcore.jar", "commons-logging.jar", "commons-codec.jar",
}

// classPath returns the places of the library, and installs it where it is missing.
func classPath(t *testing.T) string {
	t.Helper()
	need := debian.Need{
		What: "the OAuth client library of Google for Java", Packages: []string{"default-jdk-headless", "libgoogle-oauth-client-java"}, Programs: []string{"java", "javac"},
	}
	for _, jar := range jars {
		need.Files = append(need.Files, filepath.Join("/usr/share/java", jar))
	}
	debian.Ensure(t, need)
	return strings.Join(need.Files, ":")
}

// compiled returns a class path with the program below java.
func compiled(t *testing.T) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	path, dir := classPath(t), t.TempDir()
	command := exec.CommandContext(t.Context(), "javac", "-cp", path, "-d", dir, filepath.Join(root, "test", "cloverdx", "java", "Connection.java"))
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, output)
	}
	return dir + ":" + path
}

// TestJava is X2, X6, X8, X9 and X12 with a library that others wrote, as CloverDX is a
// program for Java.
func TestJava(t *testing.T) {
	path := compiled(t)
	for name, tt := range map[string]struct {
		change func(*oauthv1alpha1.OAuthClient)
		inBody bool
		pkce   bool
	}{
		"secret in the header":            {func(*oauthv1alpha1.OAuthClient) {}, false, true},
		"secret in the body without PKCE": {withoutPKCE, true, false},
		"public":                          {public, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := register(t, tt.change)
			c.RedirectURL = "http://localhost:" + strconv.Itoa(installation.FreePort(t)) + "/clover/oauth2"
			start(t, path, c, "PKCE="+strconv.FormatBool(tt.pkce), "IN_BODY="+strconv.FormatBool(tt.inBody))
			g := shared.Grantor(t)
			v := installation.NewVisitor(http.DefaultTransport, g.Issuer, c.RedirectURL)
			begin, err := url.Parse(c.RedirectURL)
			if err != nil {
				t.Fatal(err)
			}
			view := v.SignIn(t, v.Get(t, begin.Scheme+"://"+begin.Host+"/begin"), "alice", "alice-password")
			view = v.Decide(t, view, "allow")
			var got struct {
				Refreshed int
				Expires   bool
				Scope     string
				Error     string
			}
			if err := json.Unmarshal([]byte(view.Body), &got); err != nil {
				t.Fatalf("the program answers %d at %s", view.Status, view.URL.Path)
			}
			if got.Refreshed != 16 || !got.Expires || len(strings.Fields(got.Scope)) != 3 || got.Error != "" {
				t.Errorf("the program did %+v", got)
			}
		})
	}
}

// start runs the program with a connection until the test ends.
func start(t *testing.T, path string, c *connection, more ...string) {
	t.Helper()
	g, log := shared.Grantor(t), filepath.Join(t.TempDir(), "log")
	java, err := exec.LookPath("java")
	if err != nil {
		t.Fatal(err)
	}
	program, err := devenv.LaunchProgram(devenv.ProgramOptions{
		Name: "java", Binary: java, Args: []string{"-cp", path, "Connection"}, LogFile: log,
		Env: append([]string{
			"CLIENT_ID=" + c.ClientID, "CLIENT_SECRET=" + c.ClientSecret, "SCOPES=" + c.Scopes, "REDIRECT_URI=" + c.RedirectURL,
			"AUTHORIZATION_ENDPOINT=" + c.AuthorizationEndpoint, "TOKEN_ENDPOINTS=" + strings.Join(tokenEndpoints(t), " "),
			"API=" + g.Issuer + "/userinfo", "CA_FILE=" + g.TLS.CAFile,
		}, more...),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Stop(context.WithoutCancel(t.Context()))
		if text, err := os.ReadFile(log); t.Failed() && err == nil {
			t.Logf("%s", text)
		}
	})
	u, err := url.Parse(c.RedirectURL)
	if err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool {
		connection, err := net.DialTimeout("tcp", u.Host, time.Second)
		return err == nil && connection.Close() == nil
	}, func() string { return "program that listens" })
}
