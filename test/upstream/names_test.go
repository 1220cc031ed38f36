package upstream

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/openidprovider"
)

var everything = url.Values{"scope": {"openid profile email groups offline_access"}}

// TestTwoProvidersAndOneAddress: an e-mail address and a username say nothing about who a user
// is. Two providers with the same ones have two users, in two browsers at the same time and one
// after the other in one browser.
func TestTwoProvidersAndOneAddress(t *testing.T) {
	one, other := newScene(t, "berlin"), newScene(t, "paris")
	other.app = one.app
	for _, s := range []*scene{one, other} {
		s.provider.SetUser("7", claims("ada"))
	}
	subjects := make([]any, 2)
	var both sync.WaitGroup
	for n, s := range []*scene{one, other} {
		both.Go(func() { subjects[n] = s.userinfo(t, s.tokens(t, s.Visitor(), "7", everything)).JSON["sub"] })
	}
	both.Wait()
	if subjects[0] != "berlin:7" || subjects[1] != "paris:7" {
		t.Errorf("the subjects are %v", subjects)
	}
	v := one.Visitor()
	for _, s := range []*scene{one, other} {
		sub := s.userinfo(t, s.tokens(t, v, "7", url.Values{"scope": {"openid"}, "prompt": {"login"}})).JSON["sub"]
		if sub != s.name+":7" {
			t.Errorf("in one browser the subject is %v", sub)
		}
	}
}

// TestNamesThatOthersHad: who gets the username of another account is another user, and who is
// renamed stays the same.
func TestNamesThatOthersHad(t *testing.T) {
	s := newScene(t, "recycling")
	s.provider.SetUser("7", claims("ada"))
	tokens := s.tokens(t, s.Visitor(), "7", everything)
	s.provider.SetUser("7", claims("ada.lovelace"))
	s.provider.SetUser("8", claims("ada"))
	if info := s.userinfo(t, s.tokens(t, s.Visitor(), "8", everything)).JSON; info["sub"] != "recycling:8" || info["preferred_username"] != "recycling:ada" {
		t.Errorf("who got the name: %v", info)
	}
	if info := s.userinfo(t, s.tokens(t, s.Visitor(), "7", everything)).JSON; info["sub"] != "recycling:7" || info["preferred_username"] != "recycling:ada.lovelace" {
		t.Errorf("who was renamed: %v", info)
	}
	if info := s.userinfo(t, tokens); info.Status != http.StatusOK || info.JSON["sub"] != "recycling:7" {
		t.Errorf("the former tokens: %d %s", info.Status, info.Body)
	}
	if persons := s.persons(t); len(persons) != 2 {
		t.Errorf("Persons: %+v", persons)
	}
}

// TestAUsernameOfAnOAuthUser: with plain usernames, nobody from elsewhere gets the name of an
// OAuthUser.
func TestAUsernameOfAnOAuthUser(t *testing.T) {
	s := newScene(t, "plain", func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Usernames = oauthv1alpha1.UsernamesPlain })
	s.provider.SetUser("7", claims("alice"))
	s.provider.SetUser("8", claims("grace"))
	if view, _ := s.arrive(t, s.Visitor(), "7", nil); view.Param("code") != "" || !strings.Contains(view.Body, "may not sign in here") {
		t.Errorf("the name of an OAuthUser: %d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	if info := s.userinfo(t, s.tokens(t, s.Visitor(), "8", everything)).JSON; info["preferred_username"] != "grace" {
		t.Errorf("another name: %v", info)
	}
	s.CreateUser(t, "grace")
	installation.Eventually(t, installation.Effective, func() bool {
		view, _ := s.arrive(t, s.Visitor(), "8", nil)
		return view.Param("code") == ""
	}, func() string { return "the OAuthUser has the name" })
}

// TestALinkedAccount: a user whose account an OAuthUser names is that OAuthUser.
func TestALinkedAccount(t *testing.T) {
	s := newScene(t, "linked")
	s.provider.SetUser("7", claims("ada"))
	before := s.tokens(t, s.Visitor(), "7", everything)
	user := s.CreateUser(t, "lovelace", func(u *oauthv1alpha1.OAuthUser) {
		u.Spec.Identities = []oauthv1alpha1.UserIdentity{{Provider: "linked", ID: "7"}}
	})
	installation.Eventually(t, installation.Effective, func() bool { return s.userinfo(t, before).Status == http.StatusUnauthorized },
		func() string { return "the account is no user of its own" })
	if info := s.userinfo(t, s.tokens(t, s.Visitor(), "7", everything)).JSON; info["preferred_username"] != "lovelace" || info["sub"] != user.Subject() {
		t.Errorf("the account is %v", info)
	}
	installation.Edit(t, s.Admin, user, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	installation.Eventually(t, installation.Effective, func() bool {
		view, _ := s.arrive(t, s.Visitor(), "7", nil)
		return strings.Contains(view.Body, "may not sign in here")
	}, func() string { return "the OAuthUser is disabled" })
}

// TestAProviderThatIsDisabled: its users are shut out, and in again.
func TestAProviderThatIsDisabled(t *testing.T) {
	s := newScene(t, "switched")
	s.provider.SetUser("7", claims("ada"))
	tokens := s.tokens(t, s.Visitor(), "7", everything)
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: s.persons(t)[0].Namespace, Name: s.name}}
	for _, disabled := range []bool{true, false} {
		installation.Edit(t, s.Admin, p, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.Disabled = disabled })
		installation.Eventually(t, installation.Effective, func() bool { return (s.userinfo(t, tokens).Status == http.StatusUnauthorized) == disabled },
			func() string { return "the provider is disabled, and is not" })
	}
}

// TestAProviderOfAnotherClient: what a provider said to one client of ours is nothing to another
// one, which must not get the tokens either.
func TestAProviderOfAnotherClient(t *testing.T) {
	s := newScene(t, "reclaimed")
	s.provider.SetUser("7", claims("ada"))
	tokens := s.tokens(t, s.Visitor(), "7", everything)
	p := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: s.persons(t)[0].Namespace, Name: s.name}}
	for _, client := range []string{"another", openidprovider.ClientID} {
		installation.Edit(t, s.Admin, p, func(p *oauthv1alpha1.OAuthIdentityProvider) { p.Spec.OIDC.ClientID = client })
		installation.Eventually(t, installation.Effective, func() bool {
			return (s.userinfo(t, tokens).Status == http.StatusOK) == (client == openidprovider.ClientID)
		}, func() string { return "the client is " + client })
	}
}

// TestAPersonThatIsDeleted: deleting a Person ends the sessions of the user, who can sign in
// again and is not who was there before.
func TestAPersonThatIsDeleted(t *testing.T) {
	s := newScene(t, "deleting")
	s.provider.SetUser("7", claims("ada"))
	browser := s.Visitor()
	tokens := s.tokens(t, browser, "7", everything)
	if err := s.Admin.Delete(t.Context(), &s.persons(t)[0]); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, installation.Effective, func() bool { return s.userinfo(t, tokens).Status == http.StatusUnauthorized },
		func() string { return "the tokens end" })
	to, _ := s.app.AuthorizationURL(nil)
	if _, ok := button(browser.Get(t, to), s.name); !ok {
		t.Error("the browser is still signed in")
	}
	s.tokens(t, browser, "7", everything)
	if s.userinfo(t, tokens).Status != http.StatusUnauthorized {
		t.Error("the former tokens count again")
	}
}

// TestAPersonThatIsBlocked: blocking a Person ends the sessions of the user for good, who can
// sign in again.
func TestAPersonThatIsBlocked(t *testing.T) {
	s := newScene(t, "blocking")
	s.provider.SetUser("7", claims("ada"))
	tokens := s.tokens(t, s.Visitor(), "7", everything)
	installation.Edit(t, s.Admin, &s.persons(t)[0], func(p *sessionv1alpha1.Person) { p.Spec.State = sessionv1alpha1.PersonBlocked })
	installation.Eventually(t, installation.Effective, func() bool { return s.userinfo(t, tokens).Status == http.StatusUnauthorized },
		func() string { return "the tokens end" })
	again := s.tokens(t, s.Visitor(), "7", everything)
	if s.userinfo(t, again).Status != http.StatusOK || s.userinfo(t, tokens).Status != http.StatusUnauthorized {
		t.Error("the former tokens count again, or those of the new sign-in do not")
	}
}
