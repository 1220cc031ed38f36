package gate

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/debian"
	"github.com/grantor-dev/grantor/test/installation"
)

// around is what else the file of nginx must have.
const around = "daemon off; pid @dir@/nginx.pid; error_log stderr; worker_processes 1;\nevents {}\nhttp {\naccess_log off; client_body_temp_path @dir@/a; proxy_temp_path @dir@/b;" +
	"fastcgi_temp_path @dir@/c; uwsgi_temp_path @dir@/d; scgi_temp_path @dir@/e;\n@piece@\n}\n"

// piece returns what the guide has for nginx.
func piece(t *testing.T) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs/guides/gate-nginx.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "```nginx\n")
	text, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("the guide has nothing for nginx")
	}
	return text
}

// nginx runs nginx in front of an application and asks the replica of a party. It returns its
// address.
func (p party) nginx(t *testing.T, app *httptest.Server) string {
	t.Helper()
	debian.Ensure(t, debian.Need{What: "nginx", Packages: []string{"nginx"}, Files: []string{"/usr/sbin/nginx"}})
	dir, address := t.TempDir(), devenv.Loopback(installation.FreePort(t))
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.NewReplacer(
		"main-oauth.auth.svc", strings.TrimPrefix(p.replica.Options().URL, "http://"), "support/tickets", p.resource.Namespace+"/tickets",
		"tickets.support.svc:8080", strings.TrimPrefix(app.URL, "http://"), "listen 443 ssl", "listen "+address,
		"  ssl_certificate     /etc/tls/tls.crt;\n", "", "  ssl_certificate_key /etc/tls/tls.key;\n", "",
	).Replace(piece(t))
	config := strings.ReplaceAll(strings.ReplaceAll(around, "@piece@", text), "@dir@", dir)
	if err := os.WriteFile(filepath.Join(dir, "conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	installation.Run(t, address, "/usr/sbin/nginx", "-e", "stderr", "-p", dir, "-c", filepath.Join(dir, "conf"))
	return "http://" + address
}

// forged is what a client would like the application to believe.
func forged(header http.Header) http.Header {
	out := http.Header{}
	for _, name := range names {
		out.Set(name, "forged")
	}
	maps.Copy(out, header)
	return out
}

// check sends a request through a proxy whose gate demands tickets.read, and returns what the
// application got.
func check(t *testing.T, behind *application, to, method string, header http.Header) (installation.Answer, *http.Request) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Host, request.Header = public, forged(header)
	answer := installation.Do(t, request)
	return answer, behind.reached()
}

// challenged checks that a request did not pass.
func challenged(t *testing.T, what string, answer installation.Answer, reached *http.Request, status int, says string) {
	t.Helper()
	challenges := answer.Header.Values("WWW-Authenticate")
	if reached != nil {
		t.Errorf("%s reached the application", what)
	}
	if answer.Status != status || len(challenges) != 1 || !strings.Contains(challenges[0], says) {
		t.Errorf("%s: %d %q %s", what, answer.Status, challenges, answer.Body)
	}
}

// through checks a proxy in front of an application.
func (p party) through(t *testing.T, behind *application, proxy string) {
	t.Helper()
	token := p.token(t, "openid profile tickets.read")
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		answer, got := check(t, behind, proxy+"/a/b?c=d", method, bearer(token))
		if answer.Status != http.StatusTeapot || got == nil || got.Method != method || got.URL.RequestURI() != "/a/b?c=d" {
			t.Fatalf("%s: %d %s", method, answer.Status, answer.Body)
		}
		if got.Header.Get("X-Auth-User") != "alice" || got.Header.Get("X-Auth-Scopes") != "openid profile tickets.read" || got.Header.Get("X-Auth-Groups") != "" {
			t.Errorf("the application gets %v", got.Header)
		}
		for _, name := range names {
			if len(got.Header.Values(name)) > 1 || strings.Contains(got.Header.Get(name), "forged") {
				t.Errorf("the application gets %s: %q", name, got.Header.Values(name))
			}
		}
	}
	answer, got := check(t, behind, proxy+"/a", http.MethodGet, nil)
	challenged(t, "no token", answer, got, http.StatusUnauthorized, "/resources/"+p.resource.Namespace+"/tickets\"")
	answer, got = check(t, behind, proxy+"/a", http.MethodGet, bearer("x"))
	challenged(t, "another text", answer, got, http.StatusUnauthorized, `error="invalid_token"`)
	answer, got = check(t, behind, proxy+"/a?access_token="+token, http.MethodGet, nil)
	challenged(t, "a token in the query", answer, got, http.StatusUnauthorized, `error="invalid_request"`)
	answer, got = check(t, behind, proxy+"/a?scope=openid", http.MethodGet, bearer(p.token(t, "openid")))
	challenged(t, "another scope", answer, got, http.StatusForbidden, `scope="tickets.read"`)
	key := dpoptest.NewKey(t)
	dpop := p.bound(t, key, "tickets.read")
	proven := func(method, path string) http.Header {
		proof := key.Proof(method, "http://"+public+path, map[string]any{"ath": dpoptest.Ath(dpop)})
		return http.Header{"Authorization": {"DPoP " + dpop}, "Dpop": {proof}, "X-Forwarded-Method": {"GET"}, "X-Forwarded-Uri": {"/b"}}
	}
	if answer, got := check(t, behind, proxy+"/b?c=d", http.MethodPost, proven(http.MethodPost, "/b")); got == nil {
		t.Errorf("with a proof: %d %v %s", answer.Status, answer.Header, answer.Body)
	}
	answer, got = check(t, behind, proxy+"/b", http.MethodGet, bearer(dpop))
	challenged(t, "a bound token without a proof", answer, got, http.StatusUnauthorized, "DPoP ")
	answer, got = check(t, behind, proxy+"/c", http.MethodGet, proven(http.MethodGet, "/b"))
	challenged(t, "a proof for another path", answer, got, http.StatusUnauthorized, `error="invalid_dpop_proof"`)
	if answer.Header.Get("DPoP-Nonce") == "" {
		t.Error("the client gets no nonce")
	}
	answer, got = check(t, behind, proxy+"/b", http.MethodPost, proven(http.MethodGet, "/b"))
	challenged(t, "a proof for another method", answer, got, http.StatusUnauthorized, `error="invalid_dpop_proof"`)
}

func TestNginx(t *testing.T) {
	p, behind := newParty(t), &application{}
	app := httptest.NewServer(behind)
	t.Cleanup(app.Close)
	proxy := p.nginx(t, app)
	p.through(t, behind, proxy)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, proxy+"/_gate", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = public
	if answer := installation.Do(t, request); answer.Status != http.StatusNotFound {
		t.Errorf("everyone reaches the gate: %d", answer.Status)
	}
	p.around(t, behind, proxy)
}

// around checks what a client could try with what nginx passes on as it is.
func (p party) around(t *testing.T, behind *application, proxy string) {
	t.Helper()
	header := bearer(p.token(t, "tickets.read"))
	// nginx finds the location of a path without dots.
	answer, got := check(t, behind, proxy+p.path()+"/../../../.well-known/oauth-protected-resource", http.MethodGet, header)
	if got != nil || answer.Status != http.StatusNotFound || answer.Header.Values("X-Auth-Subject") != nil || !strings.Contains(answer.Body, "nothing at this address") {
		t.Errorf("the gate is open to everyone: %d %v %s", answer.Status, answer.Header, answer.Body)
	}
	const written = "X_Auth_User"
	header[written] = []string{"forged"}
	if _, got = check(t, behind, proxy+"/a", http.MethodGet, header); got == nil || len(got.Header[http.CanonicalHeaderKey(written)]) > 0 {
		t.Errorf("with an underscore, the application gets %+v", got)
	}
	for size, statuses := range map[int][]int{3500: {http.StatusUnauthorized}, 7500: {http.StatusBadRequest, http.StatusRequestURITooLong}} {
		long := strings.Repeat("x", size)
		answer, got = check(t, behind, proxy+"/"+long, http.MethodGet, http.Header{"Authorization": {"Bearer " + long}, "Dpop": {long}})
		if got != nil || !slices.Contains(statuses, answer.Status) {
			t.Errorf("three times %d bytes: %d", size, answer.Status)
		}
	}
}
