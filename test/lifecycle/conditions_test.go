package lifecycle

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func messageOf(c *oauthv1alpha1.OAuthClient, conditionType string) string {
	if condition := meta.FindStatusCondition(c.Status.Conditions, conditionType); condition != nil {
		return condition.Message
	}
	return ""
}

// isReady reports whether the client is ready now.
func isReady(c *oauthv1alpha1.OAuthClient) bool {
	condition := meta.FindStatusCondition(c.Status.Conditions, oauthv1alpha1.ConditionReady)
	return condition != nil && condition.Status == metav1.ConditionTrue && condition.ObservedGeneration == c.Generation
}

// kstatus returns which of its rules a status breaks (generic conditions of
// sigs.k8s.io/cli-utils: Reconciling and Stalled are there only while they are true,
// Ready sums up, and all speak of the present generation).
func kstatus(c *oauthv1alpha1.OAuthClient) []string {
	var broken []string
	if c.Status.ObservedGeneration != c.Generation {
		broken = append(broken, fmt.Sprintf("observedGeneration %d of %d", c.Status.ObservedGeneration, c.Generation))
	}
	for _, condition := range c.Status.Conditions {
		if condition.ObservedGeneration != c.Generation {
			broken = append(broken, condition.Type+" speaks of another generation")
		}
		if condition.Message == "" || condition.Reason == "" {
			broken = append(broken, condition.Type+" says nothing")
		}
	}
	abnormal := 0
	for _, conditionType := range []string{oauthv1alpha1.ConditionReconciling, oauthv1alpha1.ConditionStalled} {
		condition := meta.FindStatusCondition(c.Status.Conditions, conditionType)
		if condition != nil && condition.Status != metav1.ConditionTrue {
			broken = append(broken, conditionType+" is there and not true")
		}
		if condition != nil {
			abnormal++
		}
	}
	switch readiness := meta.FindStatusCondition(c.Status.Conditions, oauthv1alpha1.ConditionReady); {
	case readiness == nil:
		broken = append(broken, "no Ready")
	case readiness.Status == metav1.ConditionTrue && abnormal != 0:
		broken = append(broken, "Ready and yet Reconciling or Stalled")
	case readiness.Status != metav1.ConditionTrue && abnormal != 1:
		broken = append(broken, "not Ready without exactly one of Reconciling and Stalled")
	}
	return broken
}

func TestStatusFollowsKstatus(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	plainSecret(t, g, ns, "taken")
	for name, test := range map[string]struct {
		client *oauthv1alpha1.OAuthClient
		change func(*oauthv1alpha1.OAuthClient)
		settle func(*oauthv1alpha1.OAuthClient)
	}{
		"a ready client": {client: installation.Service(ns, "fine"), settle: func(c *oauthv1alpha1.OAuthClient) { ready(t, g, c) }},
		"a ready client after a change": {
			client: installation.Service(ns, "changed"),
			change: func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = "Changed" },
			settle: func(c *oauthv1alpha1.OAuthClient) { ready(t, g, c) },
		},
		"a suspended client": {
			client: installation.Service(ns, "asleep"),
			change: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true },
			settle: func(c *oauthv1alpha1.OAuthClient) { stalled(t, g, c, oauthv1alpha1.ReasonSuspended) },
		},
		"a resumed client": {
			client: installation.Service(ns, "awake", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true }),
			change: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = false },
			settle: func(c *oauthv1alpha1.OAuthClient) { ready(t, g, c) },
		},
		"a client whose Secret is not its own": {
			client: installation.Service(ns, "blocked", secretName("taken")),
			settle: func(c *oauthv1alpha1.OAuthClient) { stalled(t, g, c, oauthv1alpha1.ReasonSecretNotOwned) },
		},
		"a client whose Secret is no longer its own": {
			client: installation.Service(ns, "moved"),
			change: secretName("taken"),
			settle: func(c *oauthv1alpha1.OAuthClient) { stalled(t, g, c, oauthv1alpha1.ReasonSecretNotOwned) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := test.client
			if err := g.Admin.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if c.Status.ObservedGeneration != -1 {
				t.Errorf("a new client has observedGeneration %d", c.Status.ObservedGeneration)
			}
			if test.change != nil {
				g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, statusOf(!c.Spec.Suspend), "")
				edit(t, g, c, test.change)
			}
			test.settle(c)
			installation.Eventually(t, installation.Effective, func() bool { return len(kstatus(reload(t, g, c))) == 0 },
				func() string { return fmt.Sprintf("status that kstatus understands: %v", kstatus(c)) })
		})
	}
}

func statusOf(yes bool) metav1.ConditionStatus {
	if yes {
		return metav1.ConditionTrue
	}
	return metav1.ConditionFalse
}

// Whatever makes the operator look again, a settled status stays as it is, to the
// last transition time.
func TestConditionsDoNotFlap(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	plainSecret(t, g, ns, "taken")
	good := service(t, g, ns, "good")
	bad := installation.Service(ns, "bad", secretName("taken"))
	if err := g.Admin.Create(t.Context(), bad); err != nil {
		t.Fatal(err)
	}
	bad = stalled(t, g, bad, oauthv1alpha1.ReasonSecretNotOwned)
	n := 0
	installation.While(5*time.Second, func() {
		for _, settled := range []*oauthv1alpha1.OAuthClient{good, bad} {
			now := settled.DeepCopy()
			edit(t, g, now, func(c *oauthv1alpha1.OAuthClient) { c.Labels = map[string]string{"look": fmt.Sprintf("again-%d", n)} })
			if !equality.Semantic.DeepEqual(reload(t, g, now).Status, settled.Status) {
				t.Fatalf("the status of %s changed from\n%+v\nto\n%+v", settled.Name, settled.Status, now.Status)
			}
		}
		n++
	})
}
