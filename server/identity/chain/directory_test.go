package chain

import (
	"errors"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage/persons"
)

var errLocal = errors.New("the copy of OAuthUsers is gone")

// linkedUsers are OAuthUsers by the IDs of their accounts. A nil one is shut out.
type linkedUsers struct {
	Local

	of  map[string]*identity.Person
	err error
}

func (l linkedUsers) Linked(_, id string) (*identity.Person, bool, error) {
	person, linked := l.of[id]
	return person, linked, l.err
}

// TestHonours: a browser is known for the user who signed in with it, and no other one of the
// same account or name.
func TestHonours(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := New(Options{Now: func() time.Time { return now }, Local: linkedUsers{of: map[string]*identity.Person{
		"linked": {UID: "owner", NotBefore: now}, "out": nil,
	}}})
	for _, id := range []string{"7", "linked", "out"} {
		stored := &persons.Person{Subject: "corp:" + id, UID: "u", NotBefore: now, ExpiresAt: now.Add(time.Hour), Account: upstream.Account{ID: id}}
		s.cache.put(stored.Subject, stored, now)
	}
	honours := s.honours(&providers.Provider{Name: "corp"})
	for sentence, test := range map[string]struct {
		id, uid string
		at      time.Time
		want    bool
	}{
		"the user":                                     {"7", "u", now, true},
		"before sessions of the user were ended":       {"7", "u", now.Add(-time.Millisecond), false},
		"who had the account before":                   {"7", "former", now, false},
		"the OAuthUser that the account is":            {"linked", "owner", now, true},
		"before sessions of the OAuthUser were ended":  {"linked", "owner", now.Add(-time.Millisecond), false},
		"who had the account before it was linked":     {"linked", "u", now, false},
		"an OAuthUser who is shut out":                 {"out", "owner", now, false},
		"nobody, for an account of an OAuthUser there": {"out", "", now, false},
	} {
		got, err := honours(t.Context(), test.id, &identity.Known{UserUID: test.uid, SignedInAt: test.at.UnixMilli()})
		if err != nil || got != test.want {
			t.Errorf("%s: %t, %v", sentence, got, err)
		}
	}
	elsewhere := s.honours(&providers.Provider{Name: "corp", Realm: "another"})
	if got, err := elsewhere(t.Context(), "7", &identity.Known{UserUID: "u", SignedInAt: now.UnixMilli()}); got || err != nil {
		t.Errorf("a user of another directory: %t, %v", got, err)
	}
	s.Local = linkedUsers{err: errLocal}
	if got, err := honours(t.Context(), "7", &identity.Known{UserUID: "u", SignedInAt: now.UnixMilli()}); got || !errors.Is(err, errLocal) {
		t.Errorf("%t, %v", got, err)
	}
}
