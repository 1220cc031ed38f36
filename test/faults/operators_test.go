package faults

import (
	"context"
	"fmt"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Two operators that both believe to be the leader, as after a long pause, lose no
// value and do nothing twice.
func TestD14TwoOperatorsAtOnce(t *testing.T) {
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
	clients := make([]*oauthv1alpha1.OAuthClient, 20)
	for n := range clients {
		clients[n] = create(t, g, installation.Service(ns, fmt.Sprintf("contested-%d", n)))
	}
	first := map[string]string{}
	for _, c := range clients {
		settled(t, g, c, func() bool { return true })
		first[c.Name] = g.Value(t, c)
		if values := h.of(t, g, c); len(values) != 1 {
			t.Errorf("creating %s put %d values into its Secret", c.Name, len(values))
		}
	}
	for _, c := range clients {
		rotate(t, g, c, time.Now())
	}
	for _, c := range clients {
		settled(t, g, c, func() bool { return g.Value(t, c) != first[c.Name] })
	}
	for _, c := range clients {
		values := h.of(t, g, c)
		switch {
		case values[len(values)-2] == first[c.Name]:
		case len(values) == 3:
			t.Errorf("one rotation of %s put two new values into its Secret", c.Name)
		default:
			t.Errorf("one rotation of %s put %d values into its Secret", c.Name, len(values))
		}
		for n, value := range values {
			mustAuthenticate(t, g, c, value, fmt.Sprintf("value %d of %d that %s ever had", n+1, len(values), c.Name))
		}
	}
}
