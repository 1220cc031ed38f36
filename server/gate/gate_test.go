package gate

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/httpx"
)

// A header's value is visible ASCII, and says what was put in.
func TestSafe(t *testing.T) {
	for text, wanted := range map[string]string{
		"alice": "alice", "alice@example.com": "alice@example.com", "": "", "a b": "a%20b", "a,b": "a%2Cb", "a%2Cb": "a%252Cb",
		"\u0436": "%D0%B6", "a\r\nX-Auth-User: root": "a%0D%0AX-Auth-User:%20root", "\x00\x7f\xff": "%00%7F%FF", "https://x.example/c?a=b": "https://x.example/c?a=b",
	} {
		if got := safe(text); got != wanted {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// everything has a resource of every name.
type everything struct{}

// Named implements Resources.
func (everything) Named(namespace, name string) *resourcespec.Resource {
	if namespace == "none" || strings.ContainsAny(namespace+name, "%;/?") {
		return nil
	}
	return &resourcespec.Resource{Namespace: namespace, Name: name, Identifier: namespace + "." + name, Scopes: []resourcespec.Scope{{Name: "read"}, {Name: "a"}, {Name: "a/b;c"}}}
}

// asking returns an endpoint, and how many lines it has logged.
func asking() (*Endpoint, *strings.Builder) {
	log := &strings.Builder{}
	now := time.Now()
	return New(Options{
		Issuer: func() string { return "https://auth.example.com/x" }, Resources: everything{}, Catalogue: func() []string { return []string{"openid"} },
		Log: slog.New(slog.NewTextHandler(log, nil)), Now: func() time.Time { return now }, Trusted: func() []netip.Prefix { return nil },
	}), log
}

// Mistakes in the configuration of a proxy are logged, but not once for each request, and they
// are not remembered without end.
func TestMistakesAreLoggedSeldom(t *testing.T) {
	e, log := asking()
	ask := func(path string) {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/x/gate/"+path, http.NoBody)
		r.RemoteAddr, r.Host = "10.0.0.1:1", "main-oauth"
		err := e.ServeEndpoint(w, r)
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Status == http.StatusOK || refusal.Status >= http.StatusInternalServerError {
			t.Fatal(err)
		}
	}
	for range 100 {
		ask("none/a")
		ask("shop/tickets?scope=other")
	}
	if lines := strings.Count(log.String(), "\n"); lines != 2 || !strings.Contains(log.String(), "oauthresource=shop/tickets") {
		t.Errorf("%d lines:\n%s", lines, log)
	}
	for n := range 3 * maxSaid {
		ask(fmt.Sprintf("shop/t%d?scope=", n))
	}
	if known := e.said.at.Len(); known > 2*maxSaid {
		t.Errorf("%d are remembered", known)
	}
}

// Whatever a sender appends to the path of a proxy, the resource and the scopes stay.
func FuzzAppended(f *testing.F) {
	for _, path := range []string{"", "/", "/../../../none/x", "//", "/;scope=other", "/x?scope=other&access_token=x", "/%2e%2e/none", "/%", "/a;b=c/../..", "/|", "^", "/a b", "/\"", "#"} {
		f.Add(path)
	}
	e, _ := asking()
	f.Fuzz(func(t *testing.T, path string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET /x/gate/shop/tickets;scope=a%2Fb%3Bc/" + path + " HTTP/1.1\r\nHost: main-oauth\r\n\r\n")))
		if err != nil {
			return
		}
		asked, err := e.read(r)
		if errors.Is(err, errDots) && len(asked.scopes) == 0 {
			return
		}
		if err != nil || asked.resource.Namespace != "shop" || asked.resource.Name != "tickets" || len(asked.scopes) != 1 || asked.scopes[0] != "a/b;c" || !asked.appended {
			t.Errorf("%+v, %v", asked, err)
		}
	})
}

// A path that leads elsewhere for the proxy is not asked about, however it is written.
func TestDots(t *testing.T) {
	for path, refused := range map[string]bool{
		"": false, "a/b": false, "a..b/...": false, "a//b/": false, ".well-known/x": false, "a;b=../c": false, "a|b^c": false,
		"..": true, ".": true, "a/../b": true, "%2e%2E/b": true, ".%2e": true, "a%2f..%2fb": true, "a/..;x=y/b": true, `a\..\b`: true, "a%5C..": true, "%zz": true,
	} {
		e, log := asking()
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RequestURI = "/x/gate/shop/tickets;scope=read/" + path
		if _, err := e.read(r); errors.Is(err, errDots) != refused {
			t.Errorf("%s: %v", path, err)
		} else if e.report(&question{}, errDots); log.Len() > 0 {
			t.Errorf("%s is logged: %s", path, log)
		}
	}
}

// Requests that do not come from the cluster are rarely logged, and do not suppress the lines
// about those that do.
func TestRequestsFromElsewhereAreLoggedSeldom(t *testing.T) {
	e, log := asking()
	for n := range 100 {
		r := httptest.NewRequest(http.MethodGet, "/x/gate/none/a", http.NoBody)
		r.RemoteAddr, r.Host = "203.0.113.1:1", "main-oauth"
		if n%2 == 0 {
			r.RemoteAddr = "10.0.0.1:1"
		}
		if err := e.ServeEndpoint(httptest.NewRecorder(), r); err == nil {
			t.Fatal("it is answered")
		}
	}
	if lines := strings.Count(log.String(), "\n"); lines != 2 || !strings.Contains(log.String(), "is for proxies in the cluster") {
		t.Errorf("%d lines:\n%s", lines, log)
	}
}
