package faults

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// member is one client of a crowd.
type member struct {
	*oauthv1alpha1.OAuthClient
	// disturb gives the operator something to do; nil leaves the client alone.
	disturb func(t *testing.T, round int)
	// values is how many values the Secret should have had by now.
	values int
	// source is the value that the Secret should have; empty if the operator makes it.
	source string
	// aging says that the secret is replaced by age, and the number of values open.
	aging bool
}

// crowd returns clients that each want something else, and what is done to each in a
// round.
func crowd(t *testing.T, g *grantor, ns string, n int) []*member {
	t.Helper()
	list := make([]*member, n)
	for i := range list {
		m := &member{values: 1, OAuthClient: installation.Service(ns, fmt.Sprintf("c%d", i))}
		switch i % 5 {
		case 1:
			overlap(m.OAuthClient)
			m.disturb = func(t *testing.T, round int) {
				rotate(t, g, m.OAuthClient, time.Now().Add(-time.Duration(round)*time.Hour))
				m.values++
			}
		case 2:
			m.source = keepSource(t, g, m.OAuthClient)
			takeGiven(m.OAuthClient)
			overlap(m.OAuthClient)
			m.disturb = func(t *testing.T, round int) {
				m.source = keepSource(t, g, m.OAuthClient)
				edit(t, g, m.OAuthClient, func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = fmt.Sprintf("Round %d", round) })
				m.values++
			}
		case 3:
			m.disturb = func(t *testing.T, round int) { edit(t, g, m.OAuthClient, useTemplate(fmt.Sprintf("round %d", round))) }
		case 4:
			m.aging = true
			rotateEvery(due)(m.OAuthClient)
		}
		list[i] = m
	}
	return list
}

// overlap lets the old secrets of a client end between two rounds: it is asked to
// replace its secret more often than there may be old ones.
func overlap(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{Overlap: &metav1.Duration{Duration: 3 * time.Second}}
}

// done says that what was asked for is there.
func (m *member) done(t testing.TB, g *grantor) bool {
	t.Helper()
	return secretExists(t, g, m.OAuthClient) && (m.source == "" || g.Value(t, m.OAuthClient) == m.source)
}

// Twenty clients want something at the same time, and the operator is killed in the
// middle of it: ten times, at another write each, which is two hundred clients that a
// crash meets. Each has one Secret in the end, whose value authenticates and changed as
// often as somebody asked.
func TestOperatorIsKilledAmongManyClients(t *testing.T) {
	g := startBroken(t)
	ns := namespace(t)
	h := record(t, g, ns)
	const rounds = 10
	members, begin, crashes := crowd(t, g, ns, 20), time.Now(), 0
	for round := range rounds {
		g.proxy.SetHook(within(ns, devenv.CrashAfter(1+round*3, credentialWrite, func() { _ = g.Operator.Kill() })))
		for _, m := range members {
			if round == 0 {
				create(t, g, m.OAuthClient)
			} else if m.disturb != nil {
				m.disturb(t, round)
			}
		}
		installation.Eventually(t, convergence, func() bool {
			select {
			case <-g.Operator.Done():
				crashes++
				return true
			default:
				return false
			}
		}, func() string { return fmt.Sprintf("crash in round %d", round) })
		g.heal(t)
		for _, m := range members {
			settled(t, g, m.OAuthClient, func() bool { return m.done(t, g) })
		}
	}
	elapsed := time.Since(begin)
	t.Logf("%d crashes among %d clients in %s", crashes, len(members), elapsed)
	for _, m := range members {
		values := h.of(t, g, m.OAuthClient)
		switch most := 1 + int(time.Since(begin)/due); {
		case m.aging && (len(values) < 2 || len(values) > most):
			t.Errorf("%s, whose secret is replaced every %s, had %d values in %s", m.Name, due, len(values), elapsed)
		case !m.aging && len(values) != m.values:
			t.Errorf("%s had %d values, not %d", m.Name, len(values), m.values)
		}
		if names := ownSecrets(t, g, m.OAuthClient); len(names) != 1 {
			t.Errorf("%s has the Secrets %v", m.Name, names)
		}
	}
}

// Two operators that both believe to be the leader replace no secret twice for one age.
func TestTwoOperatorsRotateByAgeOnce(t *testing.T) {
	g := startBroken(t)
	second, err := g.operator(t.Context(), devenv.ServiceAccountOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := second.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	ns := namespace(t)
	h := record(t, g, ns)
	const interval = 6 * time.Second
	clients, begin := make([]*oauthv1alpha1.OAuthClient, 10), time.Now()
	for n := range clients {
		clients[n] = create(t, g, installation.Service(ns, fmt.Sprintf("aging-%d", n), rotateEvery(interval)))
	}
	installation.Eventually(t, 2*convergence, func() bool {
		for _, c := range clients {
			mustAuthenticate(t, g, c, presentValue(t, g, c), "what is in the Secret")
		}
		return time.Since(begin) > 4*interval
	}, func() string { return "end of the rotations" })
	for _, c := range clients {
		values, took := h.of(t, g, c), time.Since(begin)
		if most := 1 + int(took/interval); len(values) < 3 || len(values) > most {
			t.Errorf("%s had %d values in %s; no more than %d were due", c.Name, len(values), took, most)
		}
		edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Rotation = nil })
	}
}

// presentValue returns what a client's Secret holds, once it is there.
func presentValue(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) string {
	t.Helper()
	installation.Eventually(t, convergence, func() bool { return secretExists(t, g, c) }, func() string { return "Secret of " + c.Name })
	return g.Value(t, c)
}
