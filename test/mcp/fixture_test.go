package mcp

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/docs"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

const (
	guide = "docs/guides/mcp-servers.md"
	sdk   = "test/mcp/typescript-sdk"
	// domain is where the MCP servers are.
	domain = "mcp.localhost"
	// within is how long a change may take from the API server to every replica.
	within = 20 * time.Second
)

// authority has a certificate for the MCP servers and for the host of the client, which
// Grantor and Node.js trust.
var authority certified

type certified struct {
	pair   tls.Certificate
	caFile string
	// host is that of the client's metadata document.
	host string
}

func (c *certified) start() error {
	dir, err := os.MkdirTemp("", "grantor-test-mcp-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	ca, err := devenv.GenerateCA(dir, "tickets."+domain, "notes."+domain)
	if err != nil {
		return err
	}
	if c.pair, err = tls.LoadX509KeyPair(ca.CertFile, ca.KeyFile); err != nil {
		return fmt.Errorf("load the certificate: %w", err)
	}
	c.caFile, c.host = ca.CAFile, "localhost:"+port(c.serve(http.HandlerFunc(document)))
	// The programs that the tests start inherit this.
	return os.Setenv("SSL_CERT_FILE", ca.CAFile)
}

// serve answers https at a port of its own.
func (c *certified) serve(handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{c.pair}}
	server.StartTLS()
	return server
}

func port(server *httptest.Server) string {
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	return port
}

// mcpServer is the program of the guide with its OAuthResource.
type mcpServer struct {
	URL      string
	Resource *oauthv1alpha1.OAuthResource
}

// newServer follows the guide: it creates the OAuthResource and starts the program.
func newServer(t testing.TB, namespace, name string) mcpServer {
	t.Helper()
	to := &url.URL{Scheme: "http", Host: devenv.Loopback(installation.FreePort(t))}
	front := httputil.NewSingleHostReverseProxy(to)
	front.FlushInterval = -1
	at := authority.serve(front)
	t.Cleanup(at.Close)
	identifier := "https://" + name + "." + domain + ":" + port(at) + "/mcp"

	resource := described(t)
	resource.Namespace, resource.Name, resource.Spec.Identifier = namespace, name, oauthv1alpha1.ResourceIdentifier(identifier)
	g := shared.Grantor(t)
	if err := g.Admin.Create(t.Context(), resource); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(resource), resource); err != nil {
			t.Fatal(err)
		}
		return meta.IsStatusConditionTrue(resource.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return fmt.Sprintf("%s to be ready; it has %+v", name, resource.Status.Conditions) })

	dir := nodejs.Installed(t, sdk)
	program := filepath.Join(dir, "server.mjs")
	if err := os.WriteFile(program, []byte(docs.Fenced(t, guide, "js")[0].Text), 0o644); err != nil { //nolint:gosec // everyone may read the guide
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "node", program)
	command.Env = append(os.Environ(), "ISSUER="+g.Issuer, "RESOURCE="+identifier, "CHALLENGE="+resource.Status.Challenge, "PORT="+to.Port())
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _ = command.Wait(); t.Failed() {
			t.Logf("the MCP server said:\n%s", &said)
		}
	})
	installation.Eventually(t, within, func() bool {
		connection, err := net.Dial("tcp", to.Host)
		return err == nil && connection.Close() == nil
	}, func() string { return "MCP server" })
	return mcpServer{identifier, resource}
}

// described returns the OAuthResource of the guide.
func described(t testing.TB) *oauthv1alpha1.OAuthResource {
	t.Helper()
	for _, manifest := range docs.Manifests(t, guide, strings.NewReplacer()) {
		for _, object := range manifest.Objects {
			resource := &oauthv1alpha1.OAuthResource{}
			if object.GetKind() != "OAuthResource" {
				continue
			}
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, resource); err != nil {
				t.Fatal(err)
			}
			return resource
		}
	}
	t.Fatal("the guide has no OAuthResource")
	return nil
}

// ask sends a request to the MCP server with a token.
func (s mcpServer) ask(t testing.TB, token string) installation.Answer {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://localhost:"+u.Port()+u.Path, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	request.Header.Set("Authorization", "Bearer "+token)
	return installation.Do(t, request)
}

// document is the metadata document of the client.
func document(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"client_id": "https://" + r.Host + r.URL.Path, "client_name": "Agent", "redirect_uris": []string{redirect},
		"grant_types": []string{"authorization_code", "refresh_token"}, "token_endpoint_auth_method": "none",
	})
}

// configured changes the OAuthServer and waits until each replica's metadata shows it.
func configured(t testing.TB, change func(*oauthv1alpha1.OAuthServer), shown func(metadata map[string]any) bool) {
	t.Helper()
	g := shared.Grantor(t)
	g.ChangeServer(t, change)
	for _, server := range g.Servers {
		installation.Eventually(t, within, func() bool {
			return shown(get(t, server.Options().URL+"/.well-known/oauth-authorization-server").JSON)
		}, func() string { return "replica that knows the change" })
	}
}

func get(t testing.TB, to string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return installation.Do(t, request)
}

// allow lets a namespace have MCP servers.
func allow(t testing.TB, namespace string) {
	t.Helper()
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": namespace}
	policy.Spec.ResourceHosts = []oauthv1alpha1.HostPattern{"*." + domain}
	if err := shared.Grantor(t).Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
}

// accepts makes the OAuthServer accept the client's metadata document.
func accepts(t testing.TB) {
	t.Helper()
	configured(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8", "::1"}
		s.Spec.ClientMetadataDocuments = &oauthv1alpha1.ServerClientMetadataDocuments{Hosts: []oauthv1alpha1.DocumentHost{oauthv1alpha1.DocumentHost(authority.host)}}
	}, func(metadata map[string]any) bool { return metadata["client_id_metadata_document_supported"] == true })
}
