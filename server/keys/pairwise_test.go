package keys_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/server/keys"
)

func pairwiseKey(id string, fill byte, createdAt time.Time) keyring.Ring {
	raw := make([]byte, 32)
	for i := range raw {
		raw[i] = fill
	}
	return keyring.New(keyring.Key{ID: id, Use: oauthv1alpha1.KeyUsePairwise, CreatedAt: createdAt, Bytes: raw})
}

// without returns a ring as an earlier release made it.
func without(r keyring.Ring, use oauthv1alpha1.KeyUse) keyring.Ring {
	var rest []keyring.Key
	for _, key := range r.Keys() {
		if key.Use != use {
			rest = append(rest, key)
		}
	}
	return keyring.New(rest...)
}

// Applications store these: a release that computes others loses everybody's account.
func TestPairwiseSubjectsNeverChange(t *testing.T) {
	now := time.Now()
	first := pairwiseKey("q1", 7, now.Add(-time.Hour))
	set := setOf(t, without(ring(t, now), oauthv1alpha1.KeyUsePairwise), first)
	subject, err := set.PairwiseSubject("team.app", "local:alice")
	if err != nil || subject != "pairwise:FOACxdG9wl5v5afd6ELncUucj6S8cU-NyzaZFcMExw4" {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	session, err := set.SessionID("team.app", "a-login")
	if err != nil || session != "h0EVPDTK6Ok-Mcc13xdAEg" {
		t.Errorf("the session is %q, %v", session, err)
	}
	// All other keys are new, and there is a newer pairwise key.
	rotated := setOf(t, ring(t, now.Add(time.Minute)), first)
	if again, _ := rotated.PairwiseSubject("team.app", "local:alice"); again != subject {
		t.Errorf("after the keys changed the subject is %q", again)
	}
}

func TestPairwiseSubjectsDiffer(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	seen := map[string][2]string{}
	for _, of := range [][2]string{{"a.b", "local:c"}, {"a", "blocal:c"}, {"a.b", "local:d"}, {"a.c", "local:c"}, {"", "a.blocal:c"}} {
		subject, err := set.PairwiseSubject(of[0], of[1])
		if err != nil || !strings.HasPrefix(subject, "pairwise:") || len(subject) > 64 {
			t.Errorf("%v is %q, %v", of, subject, err)
		}
		if other, ok := seen[subject]; ok {
			t.Errorf("%v and %v are the same", of, other)
		}
		seen[subject] = of
		if session, _ := set.SessionID(of[0], of[1]); strings.Contains(subject, session) {
			t.Errorf("the session of %v is part of the subject", of)
		}
	}
}

func TestASetOfAnEarlierReleaseHasNoPairwiseSubjects(t *testing.T) {
	set := setOf(t, without(ring(t, time.Now()), oauthv1alpha1.KeyUsePairwise))
	if subject, err := set.PairwiseSubject("a", "b"); !errors.Is(err, keys.ErrNoPairwise) || subject != "" {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	if session, err := set.SessionID("a", "b"); !errors.Is(err, keys.ErrNoPairwise) || session != "" {
		t.Errorf("the session is %q, %v", session, err)
	}
}
