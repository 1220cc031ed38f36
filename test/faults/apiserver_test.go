package faults

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// every applies the fault to each k-th matching request.
func every(k int64, match func(devenv.RequestKey) bool, fault devenv.Fault) devenv.Hook {
	var seen atomic.Int64
	return func(r *http.Request) devenv.Fault {
		if match(devenv.DescribeRequest(r).RequestKey) && seen.Add(1)%k == 0 {
			return fault
		}
		return nil
	}
}

// An API server that fails now and then makes Grantor slower, and nothing else.
func TestUnreliableAPIServer(t *testing.T) {
	g := startBroken(t)
	for name, hook := range map[string]func() devenv.Hook{
		"conflicts": func() devenv.Hook {
			return every(2, credentialWrite, devenv.Refuse(409, metav1.StatusReasonConflict, "no"))
		},
		"too many requests": func() devenv.Hook {
			return every(2, credentialWrite, devenv.Refuse(429, metav1.StatusReasonTooManyRequests, "no"))
		},
		"internal errors": func() devenv.Hook {
			return every(2, credentialWrite, devenv.Refuse(500, metav1.StatusReasonInternalError, "no"))
		},
		"broken off":        func() devenv.Hook { return every(2, credentialWrite, devenv.Drop()) },
		"answers lost":      func() devenv.Hook { return every(2, credentialWrite, devenv.LoseAnswer(nil)) },
		"third answer lost": func() devenv.Hook { return every(3, credentialWrite, devenv.LoseAnswer(nil)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer g.heal(t)
			ns := namespace(t)
			h := record(t, g, ns)
			g.proxy.SetHook(within(ns, hook()))
			clients := make([]*oauthv1alpha1.OAuthClient, 4)
			for n := range clients {
				clients[n] = create(t, g, installation.Service(ns, fmt.Sprintf("c%d", n)))
			}
			for _, c := range clients {
				settled(t, g, c, func() bool { return true })
			}
			for _, c := range clients[:2] {
				former := g.Value(t, c)
				rotate(t, g, c, time.Now())
				settled(t, g, c, func() bool { return g.Value(t, c) != former })
				mustAuthenticate(t, g, c, former, "the old secret, within the overlap")
			}
			for _, c := range clients[2:] {
				former := g.Value(t, c)
				deleteSecret(t, g, c)
				settled(t, g, c, func() bool { return secretExists(t, g, c) && g.Value(t, c) != former })
				mustAuthenticate(t, g, c, former, "the lost secret, within the overlap")
			}
			for _, c := range clients {
				if values := h.of(t, g, c); len(values) != 2 {
					t.Errorf("the Secret of %s had %d values, not 2", c.Name, len(values))
				}
				if names := ownSecrets(t, g, c); len(names) != 1 {
					t.Errorf("%s has the Secrets %v", c.Name, names)
				}
			}
		})
	}
}

// While Secrets cannot be written, nothing is minted and published over and over.
func TestRefusedSecretsCauseNoStormOfStatusWrites(t *testing.T) {
	g := startBroken(t)
	ns := namespace(t)
	h := record(t, g, ns)
	g.proxy.SetHook(within(ns, devenv.When(secretWrite, devenv.Refuse(500, metav1.StatusReasonInternalError, "no Secrets today"))))
	c := create(t, g, installation.Service(ns, "waiting"))
	installation.Eventually(t, 5*time.Second, func() bool { return len(reload(t, g, c).Status.Credentials) > 0 },
		func() string { return "published digest" })
	versions := map[string]struct{}{}
	installation.While(4*time.Second, func() { versions[reload(t, g, c).ResourceVersion] = struct{}{} })
	if len(versions) > 8 {
		t.Errorf("within 4 s the client's status was written at least %d times", len(versions)-1)
	}
	g.heal(t)
	settled(t, g, c, func() bool { return true })
	if values := h.of(t, g, c); len(values) != 1 {
		t.Errorf("the Secret had %d values, not 1", len(values))
	}
	if n := len(reload(t, g, c).Status.Credentials); n != 1 {
		t.Errorf("%d digests are published for one secret", n)
	}
}

// A rotation that is asked for while another one is being finished is done, too.
func TestRotationDuringARotation(t *testing.T) {
	g := startBroken(t)
	ns := namespace(t)
	h := record(t, g, ns)
	c := create(t, g, installation.Service(ns, "impatient"))
	settled(t, g, c, func() bool { return true })
	again := c.DeepCopy()
	var done atomic.Bool
	g.proxy.SetHook(within(ns, func(r *http.Request) devenv.Fault {
		key := devenv.DescribeRequest(r).RequestKey
		if secretWrite(key) {
			done.Store(true)
			return nil
		}
		if !statusWrite(key) || !done.CompareAndSwap(true, false) {
			return nil
		}
		return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			g.proxy.SetHook(nil)
			rotate(t, g, again, time.Now().Add(-time.Minute))
			forward.ServeHTTP(w, r)
		}
	}))
	rotate(t, g, c, time.Now().Add(-time.Hour))
	settled(t, g, c, func() bool { return len(h.of(t, g, c)) >= 3 })
	if values := h.of(t, g, c); len(values) != 3 {
		t.Errorf("two rotations put %d values into the Secret", len(values)-1)
	}
}

// A Secret that disappears while the operator repairs it comes back.
func TestSecretDeletedDuringItsRepair(t *testing.T) {
	g := startBroken(t)
	ns := namespace(t)
	c := create(t, g, installation.Service(ns, "vanishing"))
	settled(t, g, c, func() bool { return true })
	former := g.Value(t, c)
	deleted := make(chan struct{})
	g.proxy.SetHook(within(ns, devenv.Nth(1, secretWrite, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		deleteSecret(t, g, c)
		close(deleted)
		forward.ServeHTTP(w, r)
	})))
	edit(t, g, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: c.ClientSecretName()}}, func(s *corev1.Secret) { s.Labels = nil })
	<-deleted
	settled(t, g, c, func() bool {
		err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: ns, Name: c.ClientSecretName()}, &corev1.Secret{})
		return err == nil && g.Value(t, c) != former
	})
}

func secretWrite(key devenv.RequestKey) bool {
	return key.IsWrite() && key.Group == "" && key.Resource == "secrets"
}

func statusWrite(key devenv.RequestKey) bool {
	return key.IsWrite() && key.Group == "oauth.grantor.dev"
}
