package oauthclient

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/controllers/replicas"
)

// slow are replicas of which some have not loaded anything.
type slow struct{ behind, asked int }

func (s *slow) Coverage(context.Context, *oauthv1alpha1.OAuthServer, *oauthv1alpha1.OAuthClient) (replicas.Coverage, error) {
	s.asked++
	return replicas.Coverage{Loaded: 3 - s.behind, Behind: s.behind}, nil
}

// A client that no replica can serve takes less of the operator's time the longer that
// lasts, and the usual time again once it changes.
func TestReplicasThatStayBehindAreAskedLessOften(t *testing.T) {
	at, asked := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC), &slow{behind: 1}
	// The corrected clock may jump, or stand still: here it does not count.
	r := &Reconciler{Replicas: asked, Now: func() time.Time { return noon }, Steady: func() time.Time { return at }}
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name, c.Generation = "team", "app", 1
	pass := func(after time.Duration) (questions int, again time.Duration) {
		t.Helper()
		at = at.Add(after)
		p := begin(gather.Observed{Client: c, Now: at})
		p.server, asked.asked = &oauthv1alpha1.OAuthServer{}, 0
		if err := r.confirmServed(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		return asked.asked, p.again.Result().RequeueAfter
	}
	for _, step := range []struct {
		after, again time.Duration
		generation   int64
		once         bool
	}{
		{0, time.Second, 1, false},
		{time.Second, time.Second, 1, true},
		{39 * time.Second, 10 * time.Second, 1, true},
		{time.Hour, time.Minute, 1, true},
		{time.Second, time.Second, 2, false},
		{time.Second, time.Second, 2, true},
	} {
		c.Generation = step.generation
		questions, again := pass(step.after)
		if again != step.again || (questions == 1) != step.once {
			t.Errorf("%s later, generation %d: %d questions, again after %s", step.after, step.generation, questions, again)
		}
	}
	asked.behind = 0
	if _, again := pass(time.Minute); again != 0 || !meta.IsStatusConditionTrue(c.Status.Conditions, oauthv1alpha1.ConditionServed) {
		t.Errorf("loaded everywhere: again after %s, %+v", again, c.Status.Conditions)
	}
	asked.behind, c.Status.Conditions = 1, nil
	if questions, again := pass(time.Hour); questions == 1 || again != time.Second {
		t.Errorf("behind once more: %d questions, again after %s", questions, again)
	}
}

// The first digest is stored with what the status says of replicas that are a moment behind.
// Only what lasts longer, or concerns a client that was in use, is written on its own.
func TestReplicasThatAreAMomentBehindANewClientCostNoWrite(t *testing.T) {
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for sentence, test := range map[string]struct {
		before, stored func(*oauthv1alpha1.OAuthClient)
		behind         int
		unfinished     bool
	}{
		"a new client":                              {stored: withCredentials, behind: 1, unfinished: true},
		"a new client without secret":               {behind: 1},
		"a client that had no secret and was Ready": {before: ready, stored: withCredentials, behind: 1},
		"a moment later":                            {before: withCredentials, stored: withCredentials, behind: 1},
		"no replica is behind":                      {stored: withCredentials},
	} {
		t.Run(sentence, func(t *testing.T) {
			p, _ := one("team", 1)
			p.before, p.stored = p.Client.DeepCopy(), p.Client.DeepCopy()
			if test.before != nil {
				test.before(p.before)
			}
			if test.stored != nil {
				test.stored(p.stored)
			}
			p.server, p.published = &oauthv1alpha1.OAuthServer{}, true
			r := &Reconciler{Replicas: &slow{behind: test.behind}, Steady: func() time.Time { return at }}
			if err := r.confirmServed(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if p.unfinished != test.unfinished || test.unfinished && p.again.Result().RequeueAfter != time.Second {
				t.Errorf("unfinished is %t, again after %s", p.unfinished, p.again.Result().RequeueAfter)
			}
		})
	}
}
