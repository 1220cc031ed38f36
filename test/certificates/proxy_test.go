package certificates

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/debian"
	"github.com/grantor-dev/grantor/test/installation"
)

// proxy is one of Debian's, with the piece that the guide has for it.
type proxy struct {
	name string
	need debian.Need
	// language is that of the piece, and around what else its file must have, with the piece
	// at @piece@.
	language, around string
	// change changes the piece.
	change *strings.Replacer
	// command runs it with the file at @dir@/conf.
	command []string
}

const apacheModules = "/usr/lib/apache2/modules"

var (
	nginx = proxy{
		name: "nginx", need: debian.Need{What: "nginx", Packages: []string{"nginx"}, Files: []string{"/usr/sbin/nginx"}},
		language: "nginx", change: strings.NewReplacer(),
		around: "daemon off; pid @dir@/nginx.pid; error_log stderr; worker_processes 1;\nevents {}\nhttp {\naccess_log off; client_body_temp_path @dir@/a; proxy_temp_path @dir@/b;" +
			"fastcgi_temp_path @dir@/c; uwsgi_temp_path @dir@/d; scgi_temp_path @dir@/e;\n@piece@\n}\n",
		command: []string{"/usr/sbin/nginx", "-e", "stderr", "-p", "@dir@", "-c", "@dir@/conf"},
	}
	haproxy = proxy{
		name: "HAProxy", need: debian.Need{What: "HAProxy", Packages: []string{"haproxy"}, Files: []string{"/usr/sbin/haproxy"}},
		language: "haproxy", change: strings.NewReplacer(),
		around:  "defaults\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n@piece@\n",
		command: []string{"/usr/sbin/haproxy", "-db", "-f", "@dir@/conf"},
	}
	haproxyDER = func() proxy {
		p := haproxy
		p.change = strings.NewReplacer(":%[ssl_c_der,base64]:", "%[ssl_c_der,base64]", "Client-Cert", "X-Ssl-Client-Cert")
		return p
	}()
	apache = proxy{
		name: "Apache", need: debian.Need{What: "Apache", Packages: []string{"apache2-bin"}, Programs: []string{"apache2"}, Files: []string{apacheModules + "/mod_proxy_http.so"}},
		language: "apache", change: strings.NewReplacer(),
		around: "ServerRoot @dir@\nServerName 127.0.0.1\nListen @address@\nPidFile @dir@/apache.pid\nDefaultRuntimeDir @dir@\nErrorLog /dev/stderr\nUser www-data\nGroup www-data\nStartServers 1\n" +
			loadModules("mpm_event", "authz_core", "headers", "proxy", "proxy_http", "socache_shmcb", "ssl") + "@piece@\n",
		command: []string{"apache2", "-f", "@dir@/conf", "-DFOREGROUND"},
	}
)

func loadModules(names ...string) string {
	var out strings.Builder
	for _, name := range names {
		out.WriteString("LoadModule " + name + "_module " + apacheModules + "/mod_" + name + ".so\n")
	}
	return out.String()
}

// piece returns what the guide has for a proxy.
func piece(t *testing.T, language string) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs/guides/certificates.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "```"+language+"\n")
	text, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatalf("the guide has nothing for %s", language)
	}
	return text
}

// start runs the proxy in front of a site until the test ends. It returns its URL and the
// authority of its certificate.
func (p proxy) start(t *testing.T, s site, clients *authority.Authority) (string, *x509.CertPool) {
	t.Helper()
	debian.Ensure(t, p.need)
	dir, address := t.TempDir(), devenv.Loopback(installation.FreePort(t))
	// Its processes may be another user's.
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ca, pool := newAuthority(t, dir)
	certificate, key := content(t, ca.CertFile), content(t, ca.KeyFile)
	place := strings.NewReplacer("@dir@", dir, "@address@", address)
	text := strings.NewReplacer(
		"main-oauth.auth.svc:8444", strings.TrimPrefix(s.mtls, "http://"), "/etc/tls", dir,
		"listen 443 ssl", "listen "+address+" ssl", "bind :443", "bind "+address, "*:443", address,
	).Replace(p.change.Replace(piece(t, p.language)))
	for name, content := range map[string]string{
		"conf": place.Replace(strings.ReplaceAll(p.around, "@piece@", text)), "tls.crt": certificate, "tls.key": key, "both.pem": certificate + key, "clients.crt": string(clients.PEM()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var command []string
	for _, arg := range p.command {
		command = append(command, place.Replace(arg))
	}
	installation.Run(t, address, command...)
	return "https://" + address, pool
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}
