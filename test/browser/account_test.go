package browser

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// newPerson creates a person with alice's password and waits until it can sign in.
func newPerson(t *testing.T, name string) {
	t.Helper()
	g := grantor(t)
	user := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name}}
	user.Spec.Username = name
	user.Spec.PasswordSecretRef = &oauthv1alpha1.PasswordSecretReference{Name: "alice-password"}
	if err := g.Admin.Create(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 15*time.Second, func() bool {
		err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(user), user)
		return err == nil && meta.IsStatusConditionTrue(user.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return "person who is ready" })
	// The server hears of it a moment later. Each try counts as a wrong password, so
	// there are few.
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	for range 5 {
		if view := v.SignIn(t, v.Get(t, g.Issuer+"/account"), name, "alice-password"); view.Status == http.StatusOK {
			v.Decide(t, v.Get(t, g.Issuer+"/logout"), "allow")
			return
		}
		<-time.After(time.Second)
	}
	t.Fatalf("%s cannot sign in", name)
}

// entries are what the account page lists.
type entries struct{ Applications, Logins, Notice []string }

func (e entries) are(applications, logins string) bool {
	return slices.Equal(e.Applications, strings.Fields(applications)) && strings.Join(e.Logins, ", ") == logins
}

func TestUsersManageTheirAccount(t *testing.T) {
	t.Parallel()
	newPerson(t, "carol")
	p := newParty(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = "Wiki" })
	in := struct {
		input
		Application string `json:"application"`
	}{p.input(nil), "Wiki"}
	in.Username = "carol"
	var kept struct {
		Second, Again            []string
		Before, Ended, Withdrawn entries
		Elsewhere, Out           screen
	}
	play(t, "account", in, &kept)
	if asked := strings.Join(kept.Second, " "); asked != "password" {
		t.Errorf("the second browser was asked for %s", asked)
	}
	if !kept.Before.are("Wiki", "Another browser, This browser") {
		t.Errorf("with two browsers the page lists %v", kept.Before)
	}
	if !kept.Ended.are("Wiki", "This browser") || !kept.Elsewhere.AsksPassword {
		t.Errorf("without the other browser the page lists %v, and the other shows %+v", kept.Ended, kept.Elsewhere)
	}
	if !kept.Withdrawn.are("", "This browser") || strings.Join(kept.Again, " ") != "consent" {
		t.Errorf("without the application the page lists %v, and the application asks for %v", kept.Withdrawn, kept.Again)
	}
	if !kept.Out.AsksPassword {
		t.Errorf("without this browser it shows %+v", kept.Out)
	}
}

func TestRealPagesAreAccessible(t *testing.T) {
	t.Parallel()
	newPerson(t, "dora")
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "start-page"}}
	policy.Spec.StartPageHosts = []oauthv1alpha1.HostPattern{"wiki.example.com"}
	if err := grantor(t).Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	p := newParty(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ClientURI, c.Spec.StartPage = "https://wiki.example.com", oauthv1alpha1.StartPageShow
	})
	in := struct {
		input
		StartURL    string `json:"startURL"`
		MistakenURL string `json:"mistakenURL"`
		Screenshots string `json:"screenshots"`
	}{p.input(url.Values{"prompt": {"consent"}}), p.Issuer + "/applications", p.Issuer + "/authorize?client_id=nobody", screenshots(t)}
	in.Username = "dora"
	in.LogoutURL += "?client_id=" + p.ID
	var complaints []string
	play(t, "tour", in, &complaints)
	for _, complaint := range complaints {
		t.Error(complaint)
	}
}
