package applications

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"text/template"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
)

const apacheModules = "/usr/lib/apache2/modules"

// debianFile is a file of the directory debian.
func debianFile(t *testing.T, name string) string {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "test", "applications", "debian", name)
}

// python starts a program for Python with what it needs of Debian.
func python(file string, need debian.Need, environment ...string) func(*testing.T, settings) {
	return func(t *testing.T, s settings) {
		t.Helper()
		debian.Ensure(t, need)
		program{
			command:     []string{"/usr/bin/python3", "-B", debianFile(t, file)},
			environment: append([]string{"REQUESTS_CA_BUNDLE=" + s.CAFile}, environment...),
		}.run(t, s)
	}
}

// pythonModule returns the place of a module of Debian.
func pythonModule(name string) string {
	return filepath.Join("/usr/lib/python3/dist-packages", name)
}

func ruby(t *testing.T, s settings) {
	t.Helper()
	debian.Ensure(t, debian.Need{
		What: "OmniAuth", Packages: []string{"ruby", "ruby-omniauth-openid-connect", "ruby-webrick"}, Programs: []string{"ruby"},
		Files: []string{"/usr/share/doc/ruby-omniauth-openid-connect", "/usr/share/doc/ruby-webrick"},
	})
	program{command: []string{"ruby", debianFile(t, "omniauth.rb")}}.run(t, s)
}

// apache starts an Apache that protects a page.
func apache(t *testing.T, s settings) {
	t.Helper()
	// The package apache2 would start a service of its own.
	debian.Ensure(t, debian.Need{
		What: "Apache with mod_auth_openidc", Packages: []string{"apache2-bin", "libapache2-mod-auth-openidc"},
		Programs: []string{"apache2"}, Files: []string{filepath.Join(apacheModules, "mod_auth_openidc.so")},
	})
	dir := t.TempDir()
	copyFile(t, s.CAFile, filepath.Join(dir, "ca.crt"))
	copyFile(t, debianFile(t, "person.json"), filepath.Join(dir, "documents", "person.json"))
	// Its processes are another user's.
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	configuration, err := template.ParseFiles(debianFile(t, "apache.conf"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "apache.conf"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	err = configuration.Execute(file, map[string]string{
		"Dir": dir, "Modules": apacheModules, "Address": s.Address, "CAFile": filepath.Join(dir, "ca.crt"), "Random": rand.Text(),
		"Issuer": s.Issuer, "ID": s.ID, "Secret": s.Secret, "RedirectURI": s.RedirectURI,
	})
	if err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	program{command: []string{"apache2", "-f", file.Name(), "-DFOREGROUND"}}.run(t, s)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = devenv.WriteFile(to, content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestApplicationsOfDebian(t *testing.T) {
	t.Parallel()
	flask := []string{"python3-flask", "python3-requests"}
	authlib := debian.Need{
		What: "Authlib", Packages: append(flask, "python3-authlib"), Files: []string{pythonModule("authlib"), pythonModule("flask"), pythonModule("requests")},
	}
	key, signs := signing(t)
	for name, a := range map[string]application{
		"mod_auth_openidc":              {path: "/signed-in", start: apache},
		"Authlib":                       {path: "/callback", refreshes: true, start: python("authlib_flask.py", authlib)},
		"Authlib, with signed requests": {path: "/callback", change: signs, start: python("authlib_signed.py", authlib, "SIGNING_KEY="+key)},
		"Python Social Auth": {path: "/complete/oidc/", refreshes: true, start: python("social.py", debian.Need{
			What: "Python Social Auth", Packages: []string{"python3-django", "python3-jose", "python3-social-django"}, Files: []string{pythonModule("jose"), pythonModule("social_django"), pythonModule("django")},
		})},
		"Requests-OAuthlib": {path: "/callback", refreshes: true, change: withoutProof, start: python("oauthlib_flask.py", debian.Need{
			What: "Requests-OAuthlib", Packages: append(flask, "python3-requests-oauthlib"), Files: []string{pythonModule("requests_oauthlib"), pythonModule("flask")},
		})},
		"OmniAuth": {path: "/auth/grantor/callback", start: ruby},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.signIn(t)
		})
	}
}
