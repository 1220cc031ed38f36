package identity

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// User is a user whom the server accepts. It does not change; a change of the
// OAuthUser makes another one. A user who is disabled or refused is none.
type User struct {
	// UID is that of the OAuthUser.
	UID types.UID
	// Subject is the claim sub.
	Subject string
	// Username is what the user types.
	Username string
	// Groups are the groups that the user is in.
	Groups []string
	// NotBefore is the time before which nothing that was issued counts.
	NotBefore time.Time

	profile oauthv1alpha1.OAuthUserProfile
}

func newUser(u *oauthv1alpha1.OAuthUser) *User {
	user := &User{
		UID: u.UID, Subject: u.Subject(), Username: u.Spec.Username, Groups: slices.Clone(u.Spec.Groups),
		profile: *u.Spec.OAuthUserProfile.DeepCopy(),
	}
	if u.Spec.SessionsNotBefore != nil {
		user.NotBefore = u.Spec.SessionsNotBefore.Time
	}
	return user
}

// Honours reports whether what was issued for the user with the given UID at the
// given time still counts: neither made for a predecessor of the same subject nor
// before what spec.sessionsNotBefore says.
func (u *User) Honours(uid string, issuedAt time.Time) bool {
	return string(u.UID) == uid && !issuedAt.Before(u.NotBefore)
}

// DisplayName returns the full name of the user, or the username.
func (u *User) DisplayName() string {
	p := u.profile
	switch {
	case p.DisplayName != "":
		return p.DisplayName
	case p.GivenName != "" && p.FamilyName != "":
		return p.GivenName + " " + p.FamilyName
	case p.GivenName+p.FamilyName != "":
		return p.GivenName + p.FamilyName
	default:
		return u.Username
	}
}
