package local

import (
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
)

// Linked returns the OAuthUser of an account at a provider. It also reports whether an OAuthUser
// claims the account: then the account is no other user, even if the OAuthUser is nil because it
// is disabled or refused.
func (d *Directory) Linked(provider, id string) (_ *identity.Person, linked bool, err error) {
	key := identityKey(provider, id)
	claimants, err := d.claimants(indexIdentity, key)
	if err != nil {
		return nil, false, err
	}
	claimants = slices.DeleteFunc(claimants, func(u *oauthv1alpha1.OAuthUser) bool { return u.DeletionTimestamp != nil })
	if len(claimants) == 0 {
		return nil, false, nil
	}
	person, err := d.find(indexIdentity, key)
	return person, true, err
}

// identities are the keys of the accounts that a user claims.
func identities(u *oauthv1alpha1.OAuthUser) []string {
	out := make([]string, 0, len(u.Spec.Identities))
	for _, identity := range u.Spec.Identities {
		out = append(out, identityKey(identity.Provider, identity.ID))
	}
	return out
}

// identityKey has one colon more than the name of a provider, so that no two accounts share it.
func identityKey(provider, id string) string { return provider + ":" + id }

// shutOut reports whether the server lets in no OAuthUsers, and this one has no account at a
// provider that it uses.
func (d *Directory) shutOut(u *oauthv1alpha1.OAuthUser) bool {
	return d.denied() && !slices.ContainsFunc(u.Spec.Identities, func(i oauthv1alpha1.UserIdentity) bool {
		return d.provider != nil && d.provider(i.Provider)
	})
}
