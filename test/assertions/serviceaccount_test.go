package assertions

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/test/installation"
)

// A pod's token is all that an application needs, at every endpoint where clients
// authenticate and at every replica, as often as it likes.
func TestServiceAccountToken(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	account(t, g, namespace, "checkout")
	c := g.Create(t, installation.Service(namespace, "app", byAccounts("other", "checkout")))
	projected := token(t, g, namespace, "checkout", pod(t, g, namespace, "pod", "checkout"), g.Issuer)
	known(t, g, c, func() url.Values { return form(c.ClientID(), projected) })
	for _, server := range g.Servers {
		at := server.Options().URL
		for range 3 {
			issued := granted(t, installation.Post(t, at+"/token", "", "", form(c.ClientID(), projected)))
			about := form(c.ClientID(), projected)
			about.Set("token", issued)
			if answer := installation.Post(t, at+"/introspect", "", "", about); answer.JSON["active"] != true {
				t.Errorf("introspection answers %d %s", answer.Status, answer.Body)
			}
			if answer := installation.Post(t, at+"/revoke", "", "", about); answer.Status != http.StatusOK {
				t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
			}
			if answer := installation.Post(t, at+"/introspect", "", "", about); answer.JSON["active"] != false {
				t.Errorf("introspection of a revoked token answers %d %s", answer.Status, answer.Body)
			}
		}
	}
	data := g.Secret(t, c).Data
	if string(data["client_id"]) != c.ClientID() || len(data["token_endpoint"]) == 0 || data["client_secret"] != nil {
		t.Errorf("the Secret has %v", slices.Sorted(maps.Keys(data)))
	}
	for n := range g.Servers {
		log, err := os.ReadFile(filepath.Join(g.Dir, "server-"+string(rune('0'+n))+".log"))
		if err != nil || len(log) == 0 || strings.Contains(string(log), projected[:40]) || strings.Contains(string(log), projected[len(projected)-40:]) {
			t.Errorf("log of replica %d: %v, %d bytes, or the token is in it", n, err, len(log))
		}
	}
}

func TestServiceAccountTokensThatDoNotCount(t *testing.T) {
	t.Parallel()
	g, namespace, elsewhere := shared.Grantor(t), shared.Namespace(t), shared.Namespace(t)
	account(t, g, namespace, "checkout")
	account(t, g, namespace, "unlisted")
	account(t, g, elsewhere, "checkout")
	c := g.Create(t, installation.Service(namespace, "app", byAccounts("checkout")))
	secret := g.Create(t, installation.Service(namespace, "secret"))
	good := token(t, g, namespace, "checkout", nil, g.Issuer)
	known(t, g, c, func() url.Values { return form(c.ClientID(), good) })
	parts := strings.Split(good, ".")
	to := g.Issuer + "/token"
	for name, assertion := range map[string]string{
		"for the API server":              token(t, g, namespace, "checkout", nil),
		"for another audience":            token(t, g, namespace, "checkout", nil, "https://other.example"),
		"for a URL below the issuer":      token(t, g, namespace, "checkout", nil, g.Issuer+"/"),
		"for the token endpoint":          token(t, g, namespace, "checkout", nil, to),
		"for another audience, too":       token(t, g, namespace, "checkout", nil, g.Issuer, "https://other.example"),
		"of an account that is unlisted":  token(t, g, namespace, "unlisted", nil, g.Issuer),
		"of a namesake elsewhere":         token(t, g, elsewhere, "checkout", nil, g.Issuer),
		"with another signature":          parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"without a signature":             parts[0] + "." + parts[1] + ".",
		"with the payload of another one": parts[0] + "." + strings.Split(token(t, g, namespace, "checkout", nil, g.Issuer), ".")[1] + "." + parts[2],
		"cut short":                       good[:len(good)-1],
		"with a space":                    good + " ",
		"twice":                           good + good,
		"nothing":                         "x",
	} {
		t.Run(name, func(t *testing.T) { refused(t, installation.Post(t, to, "", "", form(c.ClientID(), assertion))) })
	}
	t.Run("of a client with a secret", func(t *testing.T) { refused(t, installation.Post(t, to, "", "", form(secret.ClientID(), good))) })
	t.Run("of a client that does not exist", func(t *testing.T) { refused(t, installation.Post(t, to, "", "", form(namespace+".nobody", good))) })
	for name, change := range map[string]func(url.Values){
		"without client_id":         func(f url.Values) { f.Del("client_id") },
		"its subject as client_id":  func(f url.Values) { f.Set("client_id", "system:serviceaccount:"+namespace+":checkout") },
		"without a type":            func(f url.Values) { f.Del("client_assertion_type") },
		"as SAML":                   func(f url.Values) { f.Set("client_assertion_type", strings.Replace(jwtBearer, "jwt", "saml2", 1)) },
		"only with a type":          func(f url.Values) { f.Del("client_assertion") },
		"as an authorization grant": func(f url.Values) { f.Set("assertion", f.Get("client_assertion")); f.Del("client_assertion") },
	} {
		t.Run(name, func(t *testing.T) {
			f := form(c.ClientID(), good)
			change(f)
			refused(t, installation.Post(t, to, "", "", f))
		})
	}
	for name, change := range map[string]func(url.Values){
		"with a secret":                func(f url.Values) { f.Set("client_secret", "x") },
		"with two assertions":          func(f url.Values) { f.Add("client_assertion", good) },
		"with two types":               func(f url.Values) { f.Add("client_assertion_type", jwtBearer) },
		"with two clients":             func(f url.Values) { f.Add("client_id", secret.ClientID()) },
		"with an assertion of 100 KiB": func(f url.Values) { f.Set("client_assertion", strings.Repeat("a", 100<<10)) },
	} {
		t.Run(name, func(t *testing.T) {
			f := form(c.ClientID(), good)
			change(f)
			if answer := installation.Post(t, to, "", "", f); answer.Code() != "invalid_request" {
				t.Errorf("answered %d %s", answer.Status, answer.Body)
			}
		})
	}
	t.Run("with Basic, too", func(t *testing.T) {
		if answer := installation.Post(t, to, c.ClientID(), "x", form(c.ClientID(), good)); answer.Code() != "invalid_request" {
			t.Errorf("answered %d %s", answer.Status, answer.Body)
		}
	})
	granted(t, installation.Post(t, to, "", "", form(c.ClientID(), good)))
}

// honoured is how long a deletion may take to count: 5 seconds that the server believes
// an answer, 10 that the API server does, and what the machine of the tests needs.
const honoured = 20 * time.Second

func TestDeletedPodsAndAccountsAreRefused(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	account(t, g, namespace, "checkout")
	account(t, g, namespace, "billing")
	c := g.Create(t, installation.Service(namespace, "app", byAccounts("checkout", "billing")))
	first, second := pod(t, g, namespace, "first", "checkout"), pod(t, g, namespace, "second", "checkout")
	ofFirst, ofSecond := token(t, g, namespace, "checkout", first, g.Issuer), token(t, g, namespace, "checkout", second, g.Issuer)
	ofBilling := token(t, g, namespace, "billing", nil, g.Issuer)
	for _, projected := range []string{ofFirst, ofSecond, ofBilling} {
		known(t, g, c, func() url.Values { return form(c.ClientID(), projected) })
	}
	ends := func(projected string) {
		t.Helper()
		for n, server := range g.Servers {
			since := time.Now()
			installation.Eventually(t, honoured, func() bool {
				return installation.Post(t, server.Options().URL+"/token", "", "", form(c.ClientID(), projected)).Code() == "invalid_client"
			}, func() string { return "refusal" })
			t.Logf("replica %d refuses after %s", n, time.Since(since).Round(100*time.Millisecond))
		}
	}
	now := int64(0)
	if err := kube(t, g).CoreV1().Pods(namespace).Delete(t.Context(), first.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
		t.Fatal(err)
	}
	ends(ofFirst)
	granted(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), ofSecond)))
	if err := kube(t, g).CoreV1().ServiceAccounts(namespace).Delete(t.Context(), "checkout", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	account(t, g, namespace, "checkout")
	ends(ofSecond)
	granted(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), ofBilling)))
	granted(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), token(t, g, namespace, "checkout", nil, g.Issuer))))
}
