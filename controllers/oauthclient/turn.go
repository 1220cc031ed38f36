package oauthclient

import (
	"encoding/json"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// Each write of a status costs the API server a validation of the whole client. A namespace
// has so much at once, which no usual one needs, and then so much a second.
const (
	refusedAtOnce, refusedPerSecond = 100, 10
	// bytesAtOnce and bytesPerSecond are those of the specs of clients that are accepted:
	// some 900 applications, or 2,000 services, wait for nothing.
	bytesAtOnce, bytesPerSecond = 512 << 10, 64 << 10
)

// turns decides when the operator writes the first status of each client. Its clock is not
// corrected: a client would wait for as long as the corrected one was ahead.
type turns struct {
	refused, accepted *reconcile.Pace
	steady            func() time.Time
}

func newTurns(steady func() time.Time) *turns {
	return &turns{reconcile.NewPace(refusedAtOnce, refusedPerSecond), reconcile.NewPace(bytesAtOnce, bytesPerSecond), steady}
}

// wait returns how long a client waits for its first status, or one that is refused for that
// of its present generation. Whatever has to be taken back of a status is never late.
func (t *turns) wait(p *pass, key types.NamespacedName) time.Duration {
	if !p.unreported() {
		t.done(key)
		return 0
	}
	now := t.steady()
	if p.decision.Refusal != nil {
		t.accepted.Forget(key, now)
		return t.refused.Wait(key, 1, now)
	}
	t.refused.Forget(key, now)
	return t.accepted.Wait(key, specSize(p.Client), now)
}

// done says that the status of a client is written.
func (t *turns) done(key types.NamespacedName) {
	t.refused.Done(key)
	t.accepted.Done(key)
}

// forget says that a client needs no status.
func (t *turns) forget(key types.NamespacedName) {
	now := t.steady()
	t.refused.Forget(key, now)
	t.accepted.Forget(key, now)
}

// unreported reports whether the stored status says nothing that could have become untrue:
// nothing of this generation, of no other that the client is accepted, and nothing with which
// servers would serve it as soon as they accept it.
func (p *pass) unreported() bool {
	status := p.stored.Status
	if len(status.Credentials) > 0 || status.RedirectURIsSeal != "" || meta.IsStatusConditionTrue(status.Conditions, oauthv1alpha1.ConditionReady) {
		return false
	}
	accepted := meta.FindStatusCondition(status.Conditions, oauthv1alpha1.ConditionAccepted)
	return accepted == nil || accepted.Status != "True" && accepted.ObservedGeneration != p.Client.Generation
}

func specSize(c *oauthv1alpha1.OAuthClient) int {
	text, err := json.Marshal(c.Spec)
	if err != nil {
		return 0
	}
	return len(text)
}
