package modoauth2

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"text/template"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
	"github.com/grantor-dev/grantor/test/installation"
)

const modules = "/usr/lib/apache2/modules"

// apache is a resource server with what it protects below /introspected and /verified.
// It answers 200 with the subject of the token.
type apache struct{ URL string }

// configuration is all of it. The module keeps what it learned of a token for
// minutes unless it is told to forget at once.
var configuration = template.Must(template.New("apache").Parse(`
ServerRoot {{.Dir}}
ServerName 127.0.0.1
Listen {{.Address}}
PidFile {{.Dir}}/apache.pid
DefaultRuntimeDir {{.Dir}}
ErrorLog {{.Dir}}/error.log
LogLevel warn
User www-data
Group www-data
DocumentRoot {{.Dir}}/documents
LoadModule mpm_event_module {{.Modules}}/mod_mpm_event.so
LoadModule authn_core_module {{.Modules}}/mod_authn_core.so
LoadModule authz_core_module {{.Modules}}/mod_authz_core.so
LoadModule authz_user_module {{.Modules}}/mod_authz_user.so
LoadModule headers_module {{.Modules}}/mod_headers.so
LoadModule oauth2_module {{.Modules}}/mod_oauth2.so
StartServers 1
<Location />
  AuthType oauth2
  Require valid-user
  Header always set X-Remote-User "expr=%{REMOTE_USER}"
</Location>
<Location /introspected>
  OAuth2TokenVerify introspect {{.Issuer}}/introspect introspect.auth={{.Method}}&client_id={{.ID}}&client_secret={{.Secret}}&introspect.expiry=0&expiry=0
</Location>
<Location /verified>
  OAuth2TokenVerify jwks_uri {{.Issuer}}/jwks verify.exp=required&expiry=0
</Location>
`))

// newApache starts an Apache that authenticates as the given application.
func newApache(t testing.TB, issuer string, app installation.App, method string) apache {
	t.Helper()
	// The package apache2 would start a service of its own.
	debian.Ensure(t, debian.Need{
		What: "Apache with mod_oauth2", Packages: []string{"apache2-bin", "libapache2-mod-oauth2"},
		Programs: []string{"apache2"}, Files: []string{filepath.Join(modules, "mod_oauth2.so")},
	})
	port := installation.FreePort(t)
	dir := t.TempDir()
	// Its processes are another user's.
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"introspected", "verified"} {
		if err := devenv.WriteFile(filepath.Join(dir, "documents", name), []byte("here you are\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.OpenFile(filepath.Join(dir, "apache.conf"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	err = configuration.Execute(file, map[string]string{
		"Dir": dir, "Modules": modules, "Address": devenv.Loopback(port), "Issuer": issuer,
		"Method": method, "ID": url.QueryEscape(app.ID), "Secret": url.QueryEscape(app.Secret),
	})
	if err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	a := apache{URL: "http://" + devenv.Loopback(port)}
	t.Cleanup(func() {
		if log, err := os.ReadFile(filepath.Join(dir, "error.log")); t.Failed() && err == nil {
			t.Logf("%s", log)
		}
	})
	installation.Run(t, devenv.Loopback(port), "apache2", "-f", file.Name(), "-DFOREGROUND")
	return a
}

// answer is what Apache said.
type answer struct {
	status    int
	person    string
	challenge string
}

func (a answer) String() string {
	return fmt.Sprintf("%d for %q (%s)", a.status, a.person, a.challenge)
}

// ask asks for what is protected, without a token if that is empty.
func (a apache) ask(t testing.TB, path, token string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	got := installation.Do(t, request)
	return answer{got.Status, got.Header.Get("X-Remote-User"), got.Header.Get("WWW-Authenticate")}
}
