package browser

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// site is the web site of an application. It answers at two origins: to the server
// on 127.0.0.1, localhost is another site and 127.0.0.1 the same.
type site struct{ Other, Same string }

// told shows what the application was told.
var told = template.Must(template.New("told").Parse(`<!doctype html><html lang="en"><title>Application</title><pre id="received">{{.}}</pre>
`))

// single is a page with nothing but a library; silent is what it shows in a frame or
// a popup.
const (
	single = `<!doctype html><html lang="en"><title>Application</title><script src="/oidc-client-ts.js"></script>
<pre id="received">{}</pre>
`
	silent = `<!doctype html><html lang="en"><title>Application</title><script src="/oidc-client-ts.js"></script>
<script>new oidc.UserManager({ authority: "", client_id: "", redirect_uri: "" }).signinCallback()</script>
`
)

func newSite(t testing.TB) site {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		received := map[string]string{"method": r.Method}
		for name := range r.Form {
			received[name] = r.Form.Get(name)
		}
		text, _ := json.Marshal(received)
		_ = told.Execute(w, string(text))
	})
	// Applications send people on to where they came from, which can be anywhere.
	mux.HandleFunc("/onward", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+strings.Replace(r.Host, "localhost", "127.0.0.1", 1)+"/callback?"+r.URL.RawQuery, http.StatusFound)
	})
	page := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	mux.HandleFunc("/{$}", page(single))
	mux.HandleFunc("/single", page(single))
	mux.HandleFunc("/silent", page(silent))
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/oidc-client-ts.js", func(w http.ResponseWriter, _ *http.Request) {
		installed := nodejs.Installed(t, "test/browser/playwright")
		text, err := os.ReadFile(filepath.Join(installed, "node_modules", "oidc-client-ts", "dist", "browser", "oidc-client-ts.min.js"))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(text)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return site{Same: server.URL, Other: strings.Replace(server.URL, "127.0.0.1", "localhost", 1)}
}
