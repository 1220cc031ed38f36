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
	c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
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

// Clients that have nothing to do with the start page do not have its list made again, so that no
// tenant can do that to all users.
func TestShownIsOnlyMadeAgainForItsClients(t *testing.T) {
	first := application("first", "First")
	other := oauthClient("team", "other", "", time.Hour)
	r, events := registry(t, *first, *other)
	if got := shownNames(t, r); got != "First" {
		t.Fatalf("shown are %q", got)
	}
	made := r.shown.Load()
	changed := func(change func()) {
		t.Helper()
		before := r.changes.Load()
		change()
		eventually(t, func() bool { return r.changes.Load() > before })
	}
	for n := range 3 {
		changed(func() {
			edited := other.DeepCopy()
			edited.Annotations = map[string]string{"edit": fmt.Sprint(n)}
			events.Modify(edited)
		})
	}
	changed(func() { events.Delete(other) })
	if r.shown.Load() != made {
		t.Error("the list is made again")
	}
	// A rival for the client ID, and one more of a namespace that can be full.
	for name, client := range map[string]*oauthv1alpha1.OAuthClient{
		"rival": oauthClient("system", "rival", "id-first", time.Minute), "neighbour": oauthClient("system", "neighbour", "id-neighbour", time.Minute),
	} {
		shownNames(t, r)
		changed(func() { events.Add(client) })
		if r.shown.Load() != nil {
			t.Errorf("the list is that from before the %s", name)
		}
	}
}

// However many visits come at once, and however often something changes, one list is made at a
// time, for all who wait.
func TestShownIsMadeForAllWhoWait(t *testing.T) {
	r, _ := registry(t, *application("first", "First"))
	r.showing.Lock()
	const visits = 50
	lists := make(chan *shown, visits)
	for range visits {
		go func() {
			_, err := r.Shown()
			if err != nil {
				t.Error(err)
			}
			r.showing.Lock()
			defer r.showing.Unlock()
			lists <- r.made
		}()
	}
	eventually(t, func() bool { return r.arrived.Load() == visits })
	r.changes.Add(1)
	r.shown.Store(nil)
	r.showing.Unlock()
	first := <-lists
	for range visits - 1 {
		if <-lists != first {
			t.Fatal("a list is made for each visit")
		}
	}
}
