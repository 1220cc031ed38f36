package local

import (
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
)

func linked(u *oauthv1alpha1.OAuthUser, provider, id string) *oauthv1alpha1.OAuthUser {
	u.Spec.Identities = append(u.Spec.Identities, oauthv1alpha1.UserIdentity{Provider: provider, ID: id})
	return u
}

func TestLinked(t *testing.T) {
	young := with(linked(bare(), "corp", "1"), func(u *oauthv1alpha1.OAuthUser) { u.CreationTimestamp = metav1.Unix(1, 0) })
	tests := map[string]struct {
		users        []*oauthv1alpha1.OAuthUser
		provider, id string
		linked       bool
		uid          string
	}{
		"nobody":               {[]*oauthv1alpha1.OAuthUser{full()}, "corp", "1", false, ""},
		"a user":               {[]*oauthv1alpha1.OAuthUser{linked(full(), "corp", "1")}, "corp", "1", true, "uid-1"},
		"another provider":     {[]*oauthv1alpha1.OAuthUser{linked(full(), "corp", "1")}, "github", "1", false, ""},
		"another account":      {[]*oauthv1alpha1.OAuthUser{linked(full(), "corp", "1")}, "corp", "11", false, ""},
		"an ID with a colon":   {[]*oauthv1alpha1.OAuthUser{linked(full(), "corp", "a:1")}, "corp", "a:1", true, "uid-1"},
		"a disabled user":      {[]*oauthv1alpha1.OAuthUser{with(linked(full(), "corp", "1"), func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })}, "corp", "1", true, ""},
		"a user that goes":     {[]*oauthv1alpha1.OAuthUser{with(linked(full(), "corp", "1"), func(u *oauthv1alpha1.OAuthUser) { u.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)} })}, "corp", "1", false, ""},
		"two users, the older": {[]*oauthv1alpha1.OAuthUser{young, linked(full(), "corp", "1")}, "corp", "1", true, "uid-1"},
	}
	for name, test := range tests {
		person, is, err := directory(t, &clock{}, test.users...).Linked(test.provider, test.id)
		uid := ""
		if person != nil {
			uid = person.UID
		}
		if err != nil || is != test.linked || uid != test.uid {
			t.Errorf("%s: %q, %t, %v", name, uid, is, err)
		}
	}
}

// The younger of two users with one account is none, by whatever name.
func TestAConflictOfIdentities(t *testing.T) {
	young := with(linked(bare(), "corp", "1"), func(u *oauthv1alpha1.OAuthUser) { u.CreationTimestamp = metav1.Unix(1, 0) })
	d := directory(t, &clock{}, young, linked(full(), "corp", "1"))
	if person, err := d.Lookup(t.Context(), "local:b", identity.Link{}); person != nil || err != nil {
		t.Errorf("%v, %v", person, err)
	}
}

func TestDenied(t *testing.T) {
	d := directory(t, &clock{}, full(), linked(bare(), "corp", "1"), with(linked(bare(), "gone", "1"), func(u *oauthv1alpha1.OAuthUser) {
		u.Name, u.UID, u.Spec.Username, u.Spec.Subject = "carol", "uid-3", "carol", "c"
	}))
	denied := false
	d.denied, d.provider = func() bool { return denied }, func(name string) bool { return name == "corp" }
	for _, denied = range []bool{false, true, false} {
		for subject, there := range map[string]bool{"local:uid-1": !denied, "local:b": true, "local:c": !denied} {
			if person, err := d.Lookup(t.Context(), subject, identity.Link{}); err != nil || (person != nil) != there {
				t.Errorf("denied %t: %s is there: %t, %v", denied, subject, person != nil, err)
			}
		}
		_, err := d.Authenticate(t.Context(), try("alice", "alice-password"))
		if (err == nil) == denied || denied && !errors.Is(err, identity.ErrWrong) {
			t.Errorf("denied %t: %v", denied, err)
		}
	}
	denied = true
	if _, err := d.Authenticate(t.Context(), try("bob", "bob-password")); !errors.Is(err, identity.ErrWrong) {
		t.Errorf("a password of a user with an account elsewhere: %v", err)
	}
}
