package people

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A person who is disabled loses everything within 2 seconds, and gets back what has
// not expired.
func TestUserDisabled(t *testing.T) {
	t.Parallel()
	app, person, v := newApp(t), newPerson(t), visitor(t)
	h := holding(t, app, v, person.Spec.Username, url.Values{"scope": {"openid offline_access"}})
	asking, _ := authorize(t, app, v, url.Values{"prompt": {"consent"}})
	asksToAgree(t, asking)
	change(t, person, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	h.ends(t, app, "invalid_grant")
	view, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
	refusedTo(t, app, view, "login_required")
	if view := v.Decide(t, asking, "allow"); view.Param("code") != "" {
		t.Errorf("the consent page gives a code: %v", view.Elsewhere)
	}
	view, _ = authorize(t, app, v, nil)
	asksToSignIn(t, view)
	if view = v.SignIn(t, view, person.Spec.Username, person.Spec.Username+"-password"); view.Status != http.StatusForbidden {
		t.Errorf("signing in is answered %d", view.Status)
	}
	change(t, person, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = false })
	effective(t, func() bool { return userinfo(t, app.Issuer, bearer(h.tokens)).Status == http.StatusOK })
	tokensOf(t, app.Refresh(t, refresh(h.tokens), nil))
}

// sessionsNotBefore of a person ends what is older: Logins, codes and tokens.
func TestUserSessionsNotBefore(t *testing.T) {
	t.Parallel()
	app, person, v := newApp(t), newPerson(t), visitor(t)
	h := holding(t, app, v, person.Spec.Username, url.Values{"scope": {"openid offline_access"}})
	nextSecond()
	change(t, person, func(u *oauthv1alpha1.OAuthUser) { u.Spec.SessionsNotBefore = &metav1.Time{Time: time.Now()} })
	h.ends(t, app, "invalid_grant")
	view, _ := authorize(t, app, v, nil)
	asksToSignIn(t, view)
	nextSecond()
	alive(t, app, app.Tokens(t, v, person.Spec.Username, nil))
}

// A person who is deleted is gone, and one created again under the same name and
// subject is another one.
func TestUserDeleted(t *testing.T) {
	t.Parallel()
	const name = "subject-of-a-deleted-user"
	subject := func(u *oauthv1alpha1.OAuthUser) { u.Spec.Subject = name }
	app, person, v := newApp(t), newPerson(t, subject), visitor(t)
	h := holding(t, app, v, person.Spec.Username, url.Values{"scope": {"openid offline_access"}})
	if who := identified(t, app, h.tokens); who["sub"] != "local:"+name {
		t.Errorf("the subject is %v", who["sub"])
	}
	if err := grantor(t).Admin.Delete(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	h.ends(t, app, "invalid_grant")
	newPerson(t, subject)
	h.ends(t, app, "invalid_grant")
	view, _ := authorize(t, app, v, url.Values{"prompt": {"none"}})
	refusedTo(t, app, view, "login_required")
}

// spec.access: members of any of the groups, and the users, may sign in; who loses it
// loses everything.
func TestAccess(t *testing.T) {
	t.Parallel()
	devs := func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = []string{"devs"} }
	member, named, stranger := newPerson(t, devs), newPerson(t), newPerson(t)
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Access = oauthv1alpha1.ClientAccess{Groups: []string{"ops", "devs"}, Users: []string{named.Spec.Username}}
	})
	v := visitor(t)
	h := holding(t, app, v, member.Spec.Username, nil)
	app.Tokens(t, visitor(t), named.Spec.Username, nil)

	outside := visitor(t)
	view, _ := authorize(t, app, outside, nil)
	refusedTo(t, app, outside.SignIn(t, view, stranger.Spec.Username, stranger.Spec.Username+"-password"), "access_denied")
	for _, prompt := range []string{"none", "consent", "consent none"} {
		view, _ = authorize(t, app, outside, url.Values{"prompt": {prompt}})
		if code := view.Param("error"); code != "access_denied" && prompt != "consent none" || view.Param("code") != "" {
			t.Errorf("prompt=%s is answered %v", prompt, view.Elsewhere)
		}
	}

	change(t, member, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Groups = []string{"Devs", "devs2"} })
	h.ends(t, app, "invalid_grant")
	view, _ = authorize(t, app, v, nil)
	refusedTo(t, app, view, "access_denied")
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Access.Users = []string{member.Spec.Username} })
	effective(t, func() bool { view, _ := authorize(t, app, v, nil); return view.Param("code") != "" })
}
