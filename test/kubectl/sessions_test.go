package kubectl

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// guarded installs the policy of config/admission with which nobody but Grantor writes sessions and
// everyone may only end them.
var guarded sync.Once

// server returns a client that writes sessions as the server of a namespace does.
func server(t *testing.T, ns string) client.Client {
	t.Helper()
	g := shared.Grantor(t)
	guarded.Do(func() {
		root, err := devenv.RepoRoot()
		if err != nil {
			t.Fatal(err)
		}
		policy, err := os.ReadFile(filepath.Join(root, "config", "admission", "session_objects.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		// Without the other policies, which other tests are about.
		dir := t.TempDir()
		write(t, filepath.Join(dir, "kustomization.yaml"), "resources: [policy.yaml]\n")
		write(t, filepath.Join(dir, "policy.yaml"), string(policy))
		if err := devenv.ApplyDir(t.Context(), g.Kube.Config, dir); err != nil {
			t.Fatal(err)
		}
	})
	installation.Eventually(t, bound, func() bool {
		err := g.Admin.Create(t.Context(), session(ns, "probe", "shop.web", "local:probe"), client.DryRunAll)
		return err != nil && strings.Contains(err.Error(), "only Grantor writes session objects")
	}, func() string { return "policy that refuses anything" })
	config := rest.CopyConfig(g.Kube.Config)
	config.QPS = -1
	config.Impersonate = rest.ImpersonationConfig{UserName: "system:serviceaccount:" + ns + ":grantor-server", Groups: []string{"system:masters"}}
	c, err := client.New(config, client.Options{Scheme: g.Admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sealed is in each payload of these tests, and in no output.
const sealed = "c2VhbGVkLWFuZC1wcml2YXRl"

// session returns a Grant.
func session(ns, name, client, subject string) *sessionv1alpha1.Grant {
	now := time.Now().Truncate(time.Second)
	return &sessionv1alpha1.Grant{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec: sessionv1alpha1.GrantSpec{
			Subject: subject, Client: client, ClientUID: "0a1b2c3d-0000-4000-8000-000000000002", Scope: "openid read", Generation: 3,
			State: sessionv1alpha1.GrantActive, IssuedAt: metav1.NewTime(now), ExpiresAt: metav1.NewTime(now.Add(time.Hour)), Payload: sealed,
		},
	}
}

// What a user did with a browser is shown, and ends, at the server at once.
func TestSessionsOfAUser(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	server(t, ns)
	app := g.NewApp(t, installation.Application(ns, "web"))
	browser := installation.NewVisitor(nil, g.Issuer)
	tokens := app.Tokens(t, browser, "bob", url.Values{"scope": {"openid profile offline_access"}})
	refresh, _ := tokens["refresh_token"].(string)
	access, _ := tokens["access_token"].(string)

	system := []string{"-n", devenv.SystemNamespace, "--user", "bob"}
	show := func(args ...string) result { return oauth(t, append(append([]string{"get"}, args...), system...)...) }
	show("grants", "--client", app.ID).want(t, 0, "NAME", "USER", "bob", app.ID, "openid profile offline_access", "Active", "in ")
	show("grant", "-o", "wide").want(t, 0, "SUBJECT", "local:", "REFRESHES")
	show("logins").want(t, 0, "bob", "Active")
	show("consents").want(t, 0, "bob", app.ID, "Granted")
	show("approvals").want(t, 0, `There are no Approvals in namespace "grantor-system".`)
	name := show("grants", "--client", app.ID, "-o", "name")
	name.want(t, 0, "grant.session.grantor.dev/")
	for _, output := range []string{"json", "yaml", "wide", "name", ""} {
		for _, kind := range []string{"grants", "logins", "consents"} {
			stored := show(kind, "-o", output)
			stored.want(t, 0)
			for _, secret := range []string{refresh, access, "payload", app.Secret} {
				if secret == "" || strings.Contains(stored.stdout, secret) {
					t.Errorf("get %s -o %s shows a secret of %d bytes", kind, output, len(secret))
				}
			}
		}
	}

	_, id, _ := strings.Cut(strings.TrimSpace(name.stdout), "/")
	oauth(t, "get", "grant", id, "-n", devenv.SystemNamespace).want(t, 0, app.ID)
	revoke := append([]string{"revoke", "--client", app.ID}, system...)
	oauth(t, append(revoke, "--dry-run")...).want(t, 0, "grants/"+id+": would be Revoked, of bob at "+app.ID, "Would end 1 Grant.")
	if kept := app.Refresh(t, refresh, nil); kept.Status != 200 {
		t.Fatalf("after --dry-run, refreshing answers %d", kept.Status)
	} else {
		refresh, _ = kept.JSON["refresh_token"].(string)
	}
	oauth(t, append(revoke, "--consents")...).want(t, 0, "grants/"+id+": Revoked", "Ended 1 Grant, 1 Consent.")
	if refused := app.Refresh(t, refresh, nil); refused.Code() != "invalid_grant" {
		t.Errorf("refreshing answers %d %s", refused.Status, refused.Code())
	}
	oauth(t, append(revoke, "--consents")...).want(t, 0, "Ended nothing.")
	oauth(t, "revoke", "--grant", id, "-n", devenv.SystemNamespace).want(t, 0, "is Revoked already", "Ended nothing.")
	show("grants", "--client", app.ID).want(t, 0, "Revoked")

	// The user is still signed in; then the browser is signed out, too.
	oauth(t, append([]string{"revoke"}, system...)...).want(t, 0, ": Ended, of bob", "Ended 1 Login.")
	if view := browser.Get(t, g.Issuer+"/account"); !hasLoginForm(view) {
		t.Errorf("the browser is still signed in: %d", view.Status)
	}
	oauth(t, "revoke", "--grant", "missing", "-n", devenv.SystemNamespace).fails(t, "1 of 1 session objects were not ended")
	oauth(t, "revoke", "--user", "nobody", "-n", devenv.SystemNamespace).fails(t, `no OAuthUser "nobody"`)
}

func hasLoginForm(view installation.View) bool {
	_, there := view.LoginForm()
	return there
}

// A tenant sees no sessions, and the error says which role is missing.
func TestSessionsNeedARole(t *testing.T) {
	t.Parallel()
	ns := shared.Namespace(t)
	c := server(t, ns)
	if err := c.Create(t.Context(), session(ns, "one", "shop.web", "local:ada")); err != nil {
		t.Fatal(err)
	}
	kubeconfig := editor(t, ns)
	as := func(args ...string) result { return finish(t, command(t, kubeconfig, append(args, "-n", ns)...)) }
	for _, kind := range []string{"grants", "logins", "consents", "approvals"} {
		as("get", kind).fails(t, "this needs a RoleBinding to the ClusterRole grantor-session-admin")
	}
	as("get", "grants", "-A").fails(t, "this needs a ClusterRoleBinding to the ClusterRole grantor-session-admin")
	as("get", "grants", "--user", "ada").fails(t, "name the subject itself")
	as("revoke", "--user", "local:ada").fails(t, "grantor-session-admin")
	as("revoke", "--grant", "one").fails(t, "1 of 1")

	bind(t, ns, "grantor-session-admin")
	installation.Eventually(t, bound, func() bool { return as("get", "grants").code == 0 }, func() string { return "right to list Grants" })
	as("get", "grants").want(t, 0, "local:ada", "shop.web", "Active")
	as("get", "grants", "-A").fails(t, "ClusterRoleBinding")
	as("revoke", "--user", "local:ada", "--client", "shop.web").want(t, 0, "Ended 1 Grant.")
	as("get", "grants").want(t, 0, "Revoked")
}

// Text of others reaches the terminal escaped.
func TestSessionsAreFitForATerminal(t *testing.T) {
	t.Parallel()
	ns := shared.Namespace(t)
	c := server(t, ns)
	odd := session(ns, "odd", "shop.w\x1b[31meb", "local:\u202e\x07\U000e0041ädä")
	odd.Spec.Scope = "a\nb\tc\x9b"
	odd.Annotations = map[string]string{
		"kubectl.kubernetes.io/last-applied-configuration": `{"spec":{"payload":"` + sealed + `"}}`, "note": "\x1b]0;title\x07",
	}
	if err := c.Create(t.Context(), odd); err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"", "wide", "json", "yaml", "name"} {
		got := oauth(t, "get", "grants", "-n", ns, "-o", output)
		got.want(t, 0, "odd")
		checkPlain(t, got.stdout)
		if output == "json" || output == "yaml" {
			var list struct {
				Items []sessionv1alpha1.Grant `json:"items"`
			}
			read := map[string]func([]byte, any) error{"json": json.Unmarshal, "yaml": func(text []byte, into any) error { return yaml.Unmarshal(text, into) }}[output]
			if err := read([]byte(got.stdout), &list); err != nil || len(list.Items) != 1 || list.Items[0].Spec.Subject != odd.Spec.Subject {
				t.Errorf("-o %s is read as %+v, %v", output, list.Items, err)
			}
		}
	}
	ended := oauth(t, "revoke", "-n", ns, "--client", odd.Spec.Client)
	ended.want(t, 0, `shop.w\x1b[31meb`, "Ended 1 Grant.")
	checkPlain(t, ended.stdout)
	missing := oauth(t, "revoke", "-n", ns, "--grant", "x\x1b[31m")
	missing.want(t, 1)
	checkPlain(t, missing.stdout+missing.stderr)
}

func checkPlain(t *testing.T, text string) {
	t.Helper()
	for _, never := range []string{"\x1b", "\x07", "\u202e", "\u009b", "\U000e0041", sealed} {
		if strings.Contains(text, never) {
			t.Errorf("%q is in:\n%q", never, text)
		}
	}
}

const (
	// many are more than one answer of the API server has.
	many = 10_000
	// ofTheOther are those of another client, every tenth.
	ofTheOther = many / 10
)

// Ten thousand are listed in pages. Those of one client end, although the API server answers
// with conflicts and cannot write three of them; what failed ends the next time.
func TestThousandsOfSessions(t *testing.T) {
	t.Parallel()
	ns := shared.Namespace(t)
	c := server(t, ns)
	create(t, c, ns)
	all := oauth(t, "get", "grants", "-n", ns, "-o", "name")
	all.want(t, 0)
	if n := strings.Count(all.stdout, "\n"); n != many {
		t.Errorf("%d Grants are listed", n)
	}

	proxy, err := devenv.StartFaultProxy(shared.Grantor(t).Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	bind(t, ns, "grantor-session-admin")
	kubeconfig := account(t, ns, proxy.Account())
	as := func(args ...string) result { return finish(t, command(t, kubeconfig, append(args, "-n", ns)...)) }
	installation.Eventually(t, bound, func() bool { return as("get", "approvals").code == 0 }, func() string { return "right to list" })
	before := proxy.Counts()[devenv.RequestKey{Verb: "list", Group: "session.grantor.dev", Resource: "grants"}]
	proxy.SetHook(faulty())
	args := []string{"revoke", "--client", "shop.other"}
	some := as(args...)
	some.fails(t, fmt.Sprintf("3 of %d session objects were not ended", ofTheOther))
	some.want(t, 1, fmt.Sprintf("Ended %d Grants.", ofTheOther-3), "NOT ENDED")
	// Twice all of them, at most 500 in a page.
	if lists := proxy.Counts()[devenv.RequestKey{Verb: "list", Group: "session.grantor.dev", Resource: "grants"}] - before; lists < 2*many/500 {
		t.Errorf("%d requests listed the Grants", lists)
	}
	proxy.SetHook(nil)
	as(args...).want(t, 0, "Ended 3 Grants.")
	as(args...).want(t, 0, "Ended nothing.")
}

func create(t *testing.T, c client.Client, ns string) {
	t.Helper()
	var done sync.WaitGroup
	numbers := make(chan int)
	for range 16 {
		done.Go(func() {
			for i := range numbers {
				id := "shop.web"
				if i%10 == 0 {
					id = "shop.other"
				}
				if err := c.Create(t.Context(), session(ns, fmt.Sprintf("g-%05d", i), id, "local:ada")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range many {
		numbers <- i
	}
	close(numbers)
	done.Wait()
}

// faulty refuses the first attempt to end each Grant with a conflict, and all attempts at
// three of them.
func faulty() devenv.Hook {
	var mu sync.Mutex
	tried := map[string]bool{}
	never := map[string]bool{"g-00000": true, "g-05000": true, "g-09990": true}
	return func(r *http.Request) devenv.Fault {
		request := devenv.DescribeRequest(r)
		if request.Verb != "patch" || request.Resource != "grants" {
			return devenv.Pass()
		}
		mu.Lock()
		defer mu.Unlock()
		switch first := !tried[request.Name]; {
		case never[request.Name]:
			return devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "etcd is away")
		case first:
			tried[request.Name] = true
			return devenv.Refuse(http.StatusConflict, metav1.StatusReasonConflict, "the object has been modified")
		}
		return devenv.Pass()
	}
}
