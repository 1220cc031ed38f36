package startpage

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestStrangeRequests(t *testing.T) {
	g := shared.Grantor(t)
	alice := browser(t, g, "alice")
	for query, status := range map[string]int{
		"": 200, "?": 200, "?x=y": 200, "?q=&page=": 200, "?q=%00%ff%E2%80%AE": 200, "?q=" + url.QueryEscape(`"><script>alert(1)</script>`): 200, "?page=99999": 200,
		"?q=" + strings.Repeat("x", 513): 400, "?page=0": 400, "?page=-1": 400, "?page=x": 400, "?page=99999999999999999999": 400, "?q=a&q=b": 400, "?page=1&page=1": 400, "?q=%zz": 400,
	} {
		for name, v := range map[string]*installation.Visitor{"somebody": alice, "nobody": g.Visitor()} {
			view := v.Get(t, g.Issuer+"/applications"+query)
			_, asks := view.LoginForm()
			if view.Status != status || strings.Contains(view.Body, "<script") || asks != (name == "nobody" && status == 200) {
				t.Errorf("%s, %.40s: answered %d, a form to sign in: %t", name, query, view.Status, asks)
			}
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		request, err := http.NewRequestWithContext(t.Context(), method, g.Issuer+"/applications", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if view := alice.Send(t, request); view.Status != http.StatusMethodNotAllowed || view.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s is answered %d, Allow %q", method, view.Status, view.Header.Get("Allow"))
		}
	}
}

// Users who type the name of the server get to what it shows.
func TestRoot(t *testing.T) {
	g := shared.Grantor(t)
	g.Create(t, shown(devenv.SystemNamespace, "root", "Root", "https://root.example"))
	for _, server := range g.Servers {
		installation.Eventually(t, installation.Effective, func() bool {
			return g.Visitor().Get(t, server.Options().URL+"/").URL.Path == "/applications"
		}, func() string { return "root that leads to the start page" })
	}
}

// A visit reads the Login and writes nothing. Without an answer of the API server nobody is
// taken to be signed in.
func TestBudget(t *testing.T) {
	g, proxy := installation.Isolated(t)
	alice := browser(t, g, "alice")
	ledger := installation.NewLedger(t, g, proxy)
	ledger.Open(t)
	view := alice.Get(t, g.Issuer+"/applications")
	ledger.Close(t, "a visit of the start page", installation.Asks("get logins"))
	if view.Status != http.StatusOK {
		t.Errorf("answered %d", view.Status)
	}
	proxy.SetHook(devenv.When(func(key devenv.RequestKey) bool { return key.Resource == "logins" }, devenv.Drop()))
	if view := alice.Get(t, g.Issuer+"/applications"); view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == "" {
		t.Errorf("without the API server: answered %d, Retry-After %q", view.Status, view.Header.Get("Retry-After"))
	}
	proxy.SetHook(nil)
}
