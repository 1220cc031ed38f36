package subjects

import (
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
)

// For returns the sub by which a client knows a user. It returns
// keys.ErrNoPairwise.
func For(set *keys.Set, client *clients.Client, subject string) (string, error) {
	if !client.People().Pairwise {
		return subject, nil
	}
	return set.PairwiseSubject(client.GetID(), subject)
}

// Known returns the subs by which a client may ask for a user. A pairwise client may
// not ask for the real subject: by the answer it would find out whether it has the
// right user. A public one may have been pairwise before. It returns
// keys.ErrNoPairwise.
func Known(set *keys.Set, client *clients.Client, subject string) ([]string, error) {
	pair, err := set.PairwiseSubject(client.GetID(), subject)
	switch {
	case client.People().Pairwise:
		return []string{pair}, err
	case err != nil:
		return []string{subject}, nil //nolint:nilerr // without a key no client ever got a pairwise sub
	}
	return []string{subject, pair}, nil
}

// Hinted returns the sub by which a client may ask for the user of an ID token of its
// own: one from before the client became pairwise names the real subject.
func Hinted(set *keys.Set, client *clients.Client, sub string) (string, error) {
	if strings.HasPrefix(sub, string(oauthv1alpha1.SubjectPairwise)+":") {
		return sub, nil
	}
	return For(set, client, sub)
}

// Is reports whether the sub of a token that a client got is that of a user, also if
// the client was of the other kind then.
func Is(set *keys.Set, client *clients.Client, sub, subject string) bool {
	if sub == subject {
		return true
	}
	pair, err := set.PairwiseSubject(client.GetID(), subject)
	return err == nil && sub == pair
}
