package userspec

import (
	"fmt"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
)

// Refusal names the rule that a user breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted.
	Reason string
	// Message is a sentence for administrators.
	Message string
}

// Refuse returns why u may not sign in, nil if u may. The rivals are the users of u's
// namespace that claim its username, its subject or one of its identities, with or without
// u itself and others.
//
// An older user keeps its username, its subject and its identities whatever else is wrong with
// it: that it is disabled must not hand any of them to another user. Only administrators create
// users, so no tenant can block a name with a broken one.
func Refuse(u *oauthv1alpha1.OAuthUser, rivals []*oauthv1alpha1.OAuthUser) *Refusal {
	for _, rule := range rules {
		for _, rival := range rivals {
			if !outranks(rival, u) {
				continue
			}
			if refusal := rule(u, rival); refusal != nil {
				return refusal
			}
		}
	}
	if u.Spec.Disabled {
		return &Refusal{oauthv1alpha1.ReasonDisabled, "The user is disabled. Set spec.disabled to false to let it in again."}
	}
	return nil
}

// rules are what an older user denies a younger one.
var rules = []func(u, older *oauthv1alpha1.OAuthUser) *Refusal{
	func(u, older *oauthv1alpha1.OAuthUser) *Refusal {
		if older.Spec.Username != u.Spec.Username {
			return nil
		}
		return &Refusal{oauthv1alpha1.ReasonUsernameConflict, fmt.Sprintf(
			"The older OAuthUser %q has the username %q. Create the user again with another spec.username.", older.Name, u.Spec.Username)}
	},
	func(u, older *oauthv1alpha1.OAuthUser) *Refusal {
		if older.Subject() != u.Subject() {
			return nil
		}
		return &Refusal{oauthv1alpha1.ReasonSubjectConflict, fmt.Sprintf(
			"The older OAuthUser %q has the subject %q. Create the user again with another spec.subject, or without.", older.Name, u.Subject())}
	},
	func(u, older *oauthv1alpha1.OAuthUser) *Refusal {
		for _, identity := range u.Spec.Identities {
			if slices.Contains(older.Spec.Identities, identity) {
				return &Refusal{oauthv1alpha1.ReasonIdentityConflict, fmt.Sprintf(
					"The older OAuthUser %q has the identity %q of provider %q. Remove it from spec.identities of one of them.", older.Name, identity.ID, identity.Provider)}
			}
		}
		return nil
	},
}

// outranks reports whether rival is another user of the namespace that is older than u,
// by creation and then by UID, so that the operator and all servers agree on the order
// of two that were created in the same second.
func outranks(rival, u *oauthv1alpha1.OAuthUser) bool {
	if rival.UID == u.UID || rival.Namespace != u.Namespace || rival.DeletionTimestamp != nil {
		return false
	}
	return age.Older(rival, u)
}
