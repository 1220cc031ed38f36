package userspec

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func user(name string, age time.Duration, changes ...func(*oauthv1alpha1.OAuthUser)) *oauthv1alpha1.OAuthUser {
	u := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{
		Namespace: "system", Name: name, UID: types.UID("uid-" + name), CreationTimestamp: metav1.NewTime(epoch.Add(-age)),
	}}
	u.Spec.Username = name
	for _, change := range changes {
		change(u)
	}
	return u
}

func called(username string) func(*oauthv1alpha1.OAuthUser) {
	return func(u *oauthv1alpha1.OAuthUser) { u.Spec.Username = username }
}

func subject(s string) func(*oauthv1alpha1.OAuthUser) {
	return func(u *oauthv1alpha1.OAuthUser) { u.Spec.Subject = s }
}

func identity(ids ...string) func(*oauthv1alpha1.OAuthUser) {
	return func(u *oauthv1alpha1.OAuthUser) {
		for _, id := range ids {
			u.Spec.Identities = append(u.Spec.Identities, oauthv1alpha1.UserIdentity{Provider: "corp", ID: id})
		}
	}
}

func uid(s types.UID) func(*oauthv1alpha1.OAuthUser) {
	return func(u *oauthv1alpha1.OAuthUser) { u.UID = s }
}

func disabled(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true }

func leaving(u *oauthv1alpha1.OAuthUser) { u.DeletionTimestamp = &metav1.Time{Time: epoch} }

func elsewhere(u *oauthv1alpha1.OAuthUser) { u.Namespace = "other" }

func TestRefuse(t *testing.T) {
	const minute = time.Minute
	tests := map[string]struct {
		user    *oauthv1alpha1.OAuthUser
		rivals  []*oauthv1alpha1.OAuthUser
		refused string
		says    string
	}{
		"a user alone":                            {user("alice", 0), nil, "", ""},
		"a disabled user":                         {user("alice", 0, disabled), nil, oauthv1alpha1.ReasonDisabled, "spec.disabled"},
		"itself":                                  {user("alice", 0), []*oauthv1alpha1.OAuthUser{user("alice", 0)}, "", ""},
		"an older one of that name":               {user("b", 0, called("a")), []*oauthv1alpha1.OAuthUser{user("a", minute)}, oauthv1alpha1.ReasonUsernameConflict, `"a"`},
		"a younger one of that name":              {user("b", minute, called("a")), []*oauthv1alpha1.OAuthUser{user("a", 0)}, "", ""},
		"an older one with an identity":           {user("b", 0, identity("1", "2")), []*oauthv1alpha1.OAuthUser{user("a", minute, identity("2", "3"))}, oauthv1alpha1.ReasonIdentityConflict, `"2" of provider "corp"`},
		"a disabled older one with an identity":   {user("b", 0, identity("1")), []*oauthv1alpha1.OAuthUser{user("a", minute, identity("1"), disabled)}, oauthv1alpha1.ReasonIdentityConflict, "spec.identities"},
		"a younger one with an identity":          {user("b", minute, identity("1")), []*oauthv1alpha1.OAuthUser{user("a", 0, identity("1"))}, "", ""},
		"an older one with other identities":      {user("b", 0, identity("1")), []*oauthv1alpha1.OAuthUser{user("a", minute, identity("11"))}, "", ""},
		"the same second and a lower UID":         {user("b", 0, called("a")), []*oauthv1alpha1.OAuthUser{user("a", 0)}, oauthv1alpha1.ReasonUsernameConflict, ""},
		"the same second and a higher UID":        {user("a", 0, called("b")), []*oauthv1alpha1.OAuthUser{user("b", 0)}, "", ""},
		"an older one with other capitals":        {user("b", 0, called("Alice")), []*oauthv1alpha1.OAuthUser{user("alice", minute)}, "", ""},
		"an older one of another namespace":       {user("b", 0, called("a")), []*oauthv1alpha1.OAuthUser{user("a", minute, elsewhere)}, "", ""},
		"an older one that is being deleted":      {user("b", 0, called("a")), []*oauthv1alpha1.OAuthUser{user("a", minute, leaving)}, "", ""},
		"an older one that is disabled":           {user("b", 0, called("a")), []*oauthv1alpha1.OAuthUser{user("a", minute, disabled)}, oauthv1alpha1.ReasonUsernameConflict, ""},
		"an older one with that subject":          {user("b", 0, subject("s")), []*oauthv1alpha1.OAuthUser{user("a", minute, subject("s"))}, oauthv1alpha1.ReasonSubjectConflict, "local:s"},
		"a younger one with that subject":         {user("b", minute, subject("s")), []*oauthv1alpha1.OAuthUser{user("a", 0, subject("s"))}, "", ""},
		"an older one whose UID is that subject":  {user("b", 0, subject("uid-a")), []*oauthv1alpha1.OAuthUser{user("a", minute)}, oauthv1alpha1.ReasonSubjectConflict, ""},
		"an older one whose subject is that UID":  {user("b", 0, uid("s")), []*oauthv1alpha1.OAuthUser{user("a", minute, subject("s"))}, oauthv1alpha1.ReasonSubjectConflict, ""},
		"both, and the name is said first":        {user("b", 0, called("a"), subject("s")), []*oauthv1alpha1.OAuthUser{user("c", minute, subject("s")), user("a", minute)}, oauthv1alpha1.ReasonUsernameConflict, ""},
		"a refused older one keeps its subject":   {user("c", 0, subject("s")), []*oauthv1alpha1.OAuthUser{user("b", minute, called("a"), subject("s")), user("a", 2*minute)}, oauthv1alpha1.ReasonSubjectConflict, ""},
		"a disabled user whose name is taken":     {user("b", 0, called("a"), disabled), []*oauthv1alpha1.OAuthUser{user("a", minute)}, oauthv1alpha1.ReasonUsernameConflict, ""},
		"an older one that has nothing in common": {user("b", 0), []*oauthv1alpha1.OAuthUser{user("a", minute)}, "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				refusal := Refuse(test.user, test.rivals)
				if refusal == nil {
					refusal = &Refusal{}
				}
				if refusal.Reason != test.refused || !strings.Contains(refusal.Message, test.says) {
					t.Errorf("%q: %s; wanted %q", refusal.Reason, refusal.Message, test.refused)
				}
				test.rivals = append(test.rivals, test.user)
				slices.Reverse(test.rivals)
			}
		})
	}
}
