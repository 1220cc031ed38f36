package lookup

import (
	"fmt"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// application is a client that asks for the start page. The server's own namespace needs no
// policy for it.
func application(name, displayName string) *oauthv1alpha1.OAuthClient {
	c := oauthClient("system", name, "id-"+name, time.Hour)
	c.Spec.DisplayName, c.Spec.ClientURI, c.Spec.StartPage = displayName, "https://app.example", oauthv1alpha1.StartPageShow
	return c
}

func shownNames(t *testing.T, r *Registry) string {
	t.Helper()
	list, err := r.Shown()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, client := range list {
		names = append(names, client.People().DisplayName)
	}
	return strings.Join(names, " ")
}

func TestShownFollowsChanges(t *testing.T) {
	hidden, tenant := application("hidden", "Hidden"), application("tenant", "Tenant")
	hidden.Spec.StartPage = oauthv1alpha1.StartPageHide
	tenant.Namespace, tenant.UID, tenant.Spec.ClientID = "team", "team-tenant", ""
	second := application("second", "beta")
	r, events := registry(t, *application("first", "Gamma"), *second, *application("third", "Alpha"), *hidden, *tenant)
	if got := shownNames(t, r); got != "Alpha beta Gamma" {
		t.Errorf("shown are %q", got)
	}
	becomes := func(want string) {
		t.Helper()
		eventually(t, func() bool { return shownNames(t, r) == want })
	}
	suspended := second.DeepCopy()
	suspended.Spec.Suspend = true
	events.Modify(suspended)
	becomes("Alpha Gamma")
	renamed := second.DeepCopy()
	renamed.Spec.DisplayName = "Zeta"
	events.Modify(renamed)
	becomes("Alpha Gamma Zeta")
	shown := hidden.DeepCopy()
	shown.Spec.StartPage = oauthv1alpha1.StartPageShow
	events.Modify(shown)
	becomes("Alpha Gamma Hidden Zeta")
	events.Delete(renamed)
	becomes("Alpha Gamma Hidden")
}

// What the start page lists is decided once, not for each visit.
func TestShownIsRemembered(t *testing.T) {
	var many []oauthv1alpha1.OAuthClient
	for n := range 200 {
		many = append(many, *application(fmt.Sprintf("app-%d", n), "An application"))
	}
	r, _ := registry(t, many...)
	first, err := r.Shown()
	if err != nil || len(first) != 200 {
		t.Fatalf("shown are %d: %v", len(first), err)
	}
	if allocations := testing.AllocsPerRun(100, func() { _, err = r.Shown() }); err != nil || allocations > 2 {
		t.Errorf("each visit allocates %v times: %v", allocations, err)
	}
}
