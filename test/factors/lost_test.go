package factors

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/kubectloauth"
)

// oauth runs kubectl oauth as the administrator.
func oauth(t testing.TB, p *person, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := kubectloauth.Root()
	cmd.SetArgs(append(args, "-n", devenv.SystemNamespace, "--kubeconfig", p.g.Kube.Kubeconfig))
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out.String())
	}
	return out.String()
}

func TestAUserWhoHasLostEverything(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "lost-ada")
	codes := p.enroll(t)
	if out := oauth(t, p, "get", "enrollments"); !strings.Contains(out, p.name) || !strings.Contains(out, "totp recovery") {
		t.Errorf("get enrollments says %s", out)
	}
	if out := oauth(t, p, "reset-factors", p.name, "--dry-run"); !strings.Contains(out, "would be Reset") || p.enrollment(t).Spec.State != "Active" {
		t.Errorf("a dry run says %s", out)
	}
	if out := oauth(t, p, "reset-factors", p.name); !strings.Contains(out, ": Reset, of "+p.name) {
		t.Errorf("reset-factors says %s", out)
	}
	if out := oauth(t, p, "reset-factors", p.name); !strings.Contains(out, "no second factors") {
		t.Errorf("reset-factors says %s", out)
	}
	v := visitor(g)
	if p.at(t, v, g.Issuer+"/account"); !p.signedIn(t, v) {
		t.Fatal("who has lost everything is not let in")
	}
	// Adding a factor begins anew.
	p.browser = visitor(g)
	if fresh := p.enroll(t); fresh[0] == codes[0] || p.enrollment(t).Spec.State != "Active" {
		t.Error("the former factors count again")
	}
}

// TestWhoDamagesAnEnrollment does not get in with the password alone.
func TestWhoDamagesAnEnrollment(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	p := newPerson(t, g, "void-ada")
	p.enroll(t)
	stored := p.enrollment(t)
	stored.Spec.Factors = nil
	if err := g.Admin.Update(t.Context(), stored, client.FieldOwner("test")); err != nil {
		t.Fatal(err)
	}
	v := visitor(g)
	view := p.at(t, v, g.Issuer+"/account")
	if view.Status != http.StatusForbidden || p.signedIn(t, v) {
		t.Errorf("%d %s", view.Status, view.Body)
	}
	view.Shows(t, "Ask an administrator to reset it")
}
