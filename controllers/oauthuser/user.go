package oauthuser

import (
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/internal/userspec"
)

// maxSecret keeps a Secret below what etcd takes, 1.5 MiB, of which the names of the
// entries take a part twice: in the data and in the field ownership.
const maxSecret = 1_000_000

// problem is why a user has no password that works.
type problem struct{ reason, message string }

// user is one OAuthUser in a pass.
type user struct {
	object, stored *oauthv1alpha1.OAuthUser
	// refusal is why this user may not log in.
	refusal *userspec.Refusal
	// hash counts if there is no refusal and no problem.
	hash    passwords.Hash
	problem *problem
}

// needsHash reports whether a hash is to be read for the user.
func (u *user) needsHash() bool { return u.refusal == nil && u.object.Spec.PasswordSecretRef != nil }

func sortByAge(users []*user) {
	slices.SortFunc(users, func(a, b *user) int { return age.Compare(a.object, b.object) })
}

// judge decides who is accepted.
func judge(users []*user, served bool) {
	byName, bySubject := map[string][]*oauthv1alpha1.OAuthUser{}, map[string][]*oauthv1alpha1.OAuthUser{}
	byIdentity := map[oauthv1alpha1.UserIdentity][]*oauthv1alpha1.OAuthUser{}
	for _, u := range users {
		name, subject := u.object.Spec.Username, u.object.Subject()
		byName[name] = append(byName[name], u.object)
		bySubject[subject] = append(bySubject[subject], u.object)
		for _, identity := range u.object.Spec.Identities {
			byIdentity[identity] = append(byIdentity[identity], u.object)
		}
	}
	for _, u := range users {
		rivals := slices.Concat(byName[u.object.Spec.Username], bySubject[u.object.Subject()])
		for _, identity := range u.object.Spec.Identities {
			rivals = append(rivals, byIdentity[identity]...)
		}
		u.refusal = userspec.Refuse(u.object, rivals)
		if u.refusal == nil && !served {
			u.refusal = &userspec.Refusal{Reason: oauthv1alpha1.ReasonServerNotFound,
				Message: "There is no OAuthServer in this namespace. Create one, or create the user in the namespace of one."}
		}
	}
}

// pack returns the entries of the users whose hashes count. The oldest come first, so
// that a new user who does not fit shuts no other out.
func pack(users []*user) map[string][]byte {
	entries, size := map[string][]byte{}, 0
	for _, u := range users {
		if !u.needsHash() || u.problem != nil {
			continue
		}
		key := string(u.object.UID)
		value, err := u.hash.Encode()
		size += len(value) + 2*len(key) + 24
		if err != nil || size > maxSecret {
			u.problem = &problem{oauthv1alpha1.ReasonPasswordSecretFull,
				"The Secret cannot hold the hashes of more users. Delete OAuthUsers that are not needed, or let this one log in at a server in another namespace."}
			continue
		}
		entries[key] = value
	}
	return entries
}

// blame gives all users whose passwords should work the same problem.
func blame(users []*user, p problem) {
	for _, u := range users {
		if u.needsHash() && u.problem == nil {
			u.problem = &p
		}
	}
}
