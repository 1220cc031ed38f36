package kubectl

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

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
