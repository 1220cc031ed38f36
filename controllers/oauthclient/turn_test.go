package oauthclient

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/gather"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// one returns a pass over a new client of a namespace, and its key.
func one(namespace string, n int, changes ...func(*oauthv1alpha1.OAuthClient)) (*pass, types.NamespacedName) {
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name, c.Generation = namespace, fmt.Sprint(n), 2
	for _, change := range changes {
		change(c)
	}
	return begin(gather.Observed{Client: c, Now: noon}), types.NamespacedName{Namespace: namespace, Name: c.Name}
}

// refuse makes a pass find that the client is refused.
func refuse(p *pass) *pass {
	p.decision.Refusal = &clientspec.Refusal{Reason: oauthv1alpha1.ReasonClientIDConflict}
	return p
}

func accepted(status metav1.ConditionStatus, generation int64) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Status.Conditions = []metav1.Condition{{Type: oauthv1alpha1.ConditionAccepted, Status: status, ObservedGeneration: generation}}
	}
}

func largeSpec(c *oauthv1alpha1.OAuthClient) {
	c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(strings.Repeat("r", 16<<10))}
}

// usualSpec is as long as that of an application that names a few scopes and lifetimes.
func usualSpec(c *oauthv1alpha1.OAuthClient) {
	c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{oauthv1alpha1.RedirectURI(strings.Repeat("r", 540))}
}

func TestRefusedClientsOfOneNamespaceWait(t *testing.T) {
	turns := newTurns(func() time.Time { return noon })
	waited := 0
	for n := range 4000 {
		p, key := one("crowded", n)
		if wait := turns.wait(refuse(p), key); wait > 0 {
			waited++
		} else if n >= refusedAtOnce {
			t.Fatalf("client %d does not wait", n)
		}
	}
	if waited != 4000-refusedAtOnce {
		t.Errorf("%d clients wait", waited)
	}
	for sentence, p := range map[string]func() (*pass, types.NamespacedName){
		"one of another namespace": func() (*pass, types.NamespacedName) {
			p, key := one("small", 1)
			return refuse(p), key
		},
		"one of the namespace that is accepted": func() (*pass, types.NamespacedName) { return one("crowded", 5000) },
		"one that waited, and is accepted now":  func() (*pass, types.NamespacedName) { return one("crowded", 3999) },
		"one that was accepted and no longer is": func() (*pass, types.NamespacedName) {
			p, key := one("crowded", 5001, accepted("True", 2))
			return refuse(p), key
		},
		"the same after a change of its own": func() (*pass, types.NamespacedName) {
			p, key := one("crowded", 5002, accepted("True", 1))
			return refuse(p), key
		},
		"one that is refused for something else": func() (*pass, types.NamespacedName) {
			p, key := one("crowded", 5003, accepted("False", 2))
			return refuse(p), key
		},
		"one with redirect URIs of hosts": func() (*pass, types.NamespacedName) {
			p, key := one("crowded", 5007, withRedirects)
			return refuse(p), key
		},
		"one with credentials, whatever else": func() (*pass, types.NamespacedName) {
			p, key := one("crowded", 5004, withCredentials)
			return refuse(p), key
		},
		"one whose status says nothing but Ready": func() (*pass, types.NamespacedName) { p, key := one("crowded", 5005, ready); return refuse(p), key },
	} {
		if p, key := p(); turns.wait(p, key) > 0 {
			t.Errorf("%s waits", sentence)
		}
	}
	p, key := one("crowded", 5006, accepted("False", 1))
	if turns.wait(refuse(p), key) == 0 {
		t.Error("a refused client whose owner changes it again and again does not wait")
	}
}

func withCredentials(c *oauthv1alpha1.OAuthClient) {
	c.Status.Credentials = []oauthv1alpha1.CredentialStatus{{}}
}

func withRedirects(c *oauthv1alpha1.OAuthClient) { c.Status.RedirectURIsSeal = "seal" }

func ready(c *oauthv1alpha1.OAuthClient) {
	c.Status.Conditions = []metav1.Condition{{Type: oauthv1alpha1.ConditionReady, Status: "True"}}
}

func TestLargeClientsOfOneNamespaceWait(t *testing.T) {
	turns := newTurns(func() time.Time { return noon })
	for n := range 400 {
		p, key := one("crowded", n, largeSpec)
		if wait := turns.wait(p, key); (wait > 0) != (n >= 31) {
			t.Fatalf("client %d waits %s", n, wait)
		}
	}
	for n := range 900 {
		p, key := one("usual", n, usualSpec)
		if wait := turns.wait(p, key); wait > 0 {
			t.Fatalf("client %d of the usual size waits %s", n, wait)
		}
	}
}

// What was written, or is gone, makes nobody wait.
func TestTurnsAreNotKept(t *testing.T) {
	turns := newTurns(func() time.Time { return noon })
	for n := range 200 {
		p, key := one("crowded", n)
		turns.wait(refuse(p), key)
		turns.forget(key)
	}
	p, key := one("crowded", 200)
	if wait := turns.wait(refuse(p), key); wait > 200*time.Millisecond {
		t.Errorf("one waits %s for others that are gone", wait)
	}
	p, _ = one("crowded", 200, accepted("False", 2))
	if wait := turns.wait(refuse(p), key); wait > 0 {
		t.Errorf("one whose status was written waits %s", wait)
	}
}

// The clock of a pass follows that of the API server, which may be wrong and be put right.
func TestAClientDoesNotWaitForAsLongAsTheClockWasWrong(t *testing.T) {
	turns := newTurns(func() time.Time { return noon })
	p, key := one("team", 1)
	p.Now = noon.Add(time.Hour)
	turns.wait(p, key)
	p, key = one("team", 2)
	if wait := turns.wait(p, key); wait > 0 {
		t.Errorf("an accepted client waits %s", wait)
	}
	p, key = one("team", 3)
	p.Now = noon.Add(time.Hour)
	turns.wait(refuse(p), key)
	p, key = one("team", 4)
	if wait := turns.wait(refuse(p), key); wait > 0 {
		t.Errorf("a refused client waits %s", wait)
	}
}
